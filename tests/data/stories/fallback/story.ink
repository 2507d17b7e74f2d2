-> count

=== count
* [One sheep] A first sheep.
* [Two sheep] A second.
* -> asleep
- -> count

=== asleep
There are no more sheep.
-> END
