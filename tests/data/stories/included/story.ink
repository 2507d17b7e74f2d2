INCLUDE second.ink
The first file.
-> second
