-> pool

=== pool
<- edge
The pool is dark.
The pool is still.
+ {not edge_done} [Look in]
  ~ edge_done = true
  A star looks back.
  -> pool

=== edge
* -> leave

=== leave
You go up the stair.
-> END

VAR edge_done = false
