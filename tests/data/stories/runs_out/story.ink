-> bridge

=== bridge
You stand on the bridge.
+ [Cross] -> shore
+ [Wait] You wait.
  -> bridge

=== shore
The shore is near.
