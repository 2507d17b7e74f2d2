-> square

=== square
The square is empty.
<- fountain
<- bench
* [Go home] -> home
- -> square

=== fountain
* [Listen to the fountain] It talks to itself.
  -> square

=== bench
* [Sit on the bench] The bench is still warm.
  -> square

=== home
Home.
-> END
