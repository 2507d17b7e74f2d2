-> stair

=== stair
-> top
= top
At the top of the stair.
+ [Down] -> bottom
+ [Stay] -> top
= bottom
{You are at the bottom.|At the bottom again.|The bottom, as ever.}
+ [Up] -> top
+ [Out] -> garden

=== garden
The garden is wet.
-> END
