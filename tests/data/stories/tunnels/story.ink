-> night

=== night
The night begins.
-> dream("a kite") ->
-> dream("a boat") ->
The night ends.
-> END

=== dream(what)
A dream of {what}.
* (hold) [Hold on to {what}] You hold {what}.
* [Let {what} go] It drifts.
-
{hold: The hand remembers.}
->->
