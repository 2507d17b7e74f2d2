VAR lantern = false
VAR steps = 0
LIST things = cup, (blanket), book
CONST FAR = 3

-> start

=== start
You have {things}.
* [Take the lantern]
  ~ lantern = true
  ~ things += cup
* [Go without]
- -> walk

=== walk
~ steps = steps + 1
{steps < FAR: -> walk}
{lantern: The way is lit.|The way is dark and soft.}
You took {steps} steps, {7 / 2} and {7 % 4} and {half(9.0)}.
You have {LIST_COUNT(things)} things: {things}.
-> END

=== function half(x)
~ return x / 2
