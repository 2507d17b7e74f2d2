-> stars

=== stars
{~One|Two|Three|Four|Five} stars, then {RANDOM(1, 1000)}.
{~Red|Blue|White}, {~near|far}.
+ [Again] -> stars
+ [Enough] -> END
