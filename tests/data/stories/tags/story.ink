# title: The Small Lamp
# author: The Dreamers
# cast: mira pitch=1.2
-> room

=== room
# chapter: The Room
# depth: 0.1
The lamp is low. # pause: 1s
   The rain   is far, <>
and it is warm.

* [Turn the lamp down # key: d # default]
  It hums, and is quiet. # voice: mira
* [Leave it on # timeout: 20s] You leave it on. # rate: 0.9
- # soundscape: oasis
-> END
