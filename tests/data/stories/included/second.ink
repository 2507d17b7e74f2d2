=== second
The second file, with “quotes”, ümlauts and a — dash.
-> END
