# title: Short
A lamp.
* [Sleep] -> asleep
* Stay[ up] a little.
  You yawn.
- (asleep) Good night.
-> END
