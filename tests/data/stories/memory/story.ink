VAR way = -> river

-> fork

=== fork
Two ways.
* [The river]
  ~ way = -> river
* [The hill]
  ~ way = -> hill
- -> on

=== on
You are on your way.
-> way

=== river
The river carries the boat. {fork} {TURNS_SINCE(-> fork)}
-> END

=== hill
The hill carries the moon.
-> END

=== meadow
No one ever comes here.
-> END
