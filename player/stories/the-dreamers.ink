// The Dreamers: a sleep story whose listener chooses.
//
// This file holds what belongs to the whole night: title, cast, the choices that are
// remembered, and the first divert. Each act is a file of its own:
//
//   act-1-the-level-lines.ink   Zara, Leo and Mira, each alone, in the cold (chapters 1 to 3)
//   act-2-under-the-city.ink    down to the Dreamers, and the first real night (4 to 6)
//   act-3-weather.ink           the mother, the gathering, the crackdown (7 and 8)
//   act-4-the-oasis.ink         the turn of the tale, and three ways through it (9)
//   act-5-bedtime.ink           what came after, and the six endings (10)
//
// Two things come back all night. A phrase, which loses a few words each time:
//   The night is wide, and there is room in it for you.
// And a sound, the long pipe under the city that breathes with the tide:
//   It came in, and it waited, and it went out.
//
// One Ink line is one paragraph, said by one voice. Speech stands without quotation
// marks, because its voice tag marks it, and the narration around it says whose it is.
// Depth only rises, but for the crackdown in act 3.

# title: The Dreamers
# author: The Dreamers project
# lang: en
# soundscape: hyper-rest
# cast: zara pitch=0.93 formant=0.97 rate=1.0 voice=emma
# cast: leo pitch=0.65 formant=0.87 rate=1.0 voice=fenrir
# cast: mira pitch=1.2 formant=1.13 rate=0.97 voice=kore
# cast: taran pitch=0.55 formant=0.85 rate=0.94 voice=fable
# cast: mother pitch=0.85 formant=0.94 rate=0.98
# cast: oona pitch=0.78 formant=0.98 rate=0.9
# cast: bram pitch=0.58 formant=0.8 rate=0.88

INCLUDE the-dreamers/act-1-the-level-lines.ink
INCLUDE the-dreamers/act-2-under-the-city.ink
INCLUDE the-dreamers/act-3-weather.ink
INCLUDE the-dreamers/act-4-the-oasis.ink
INCLUDE the-dreamers/act-5-bedtime.ink

// What the night remembers. Every one of these changes later lines.
VAR drew = false        // Zara drew the wave on paper, or only watched it
VAR met = "canal"       // where Zara and Leo met: canal, tram, roof
VAR carried = "blanket" // what Mira took down with her: blanket, whale, lamp
VAR picture = true      // Mira left her mother a picture, or else a cushion put to bed
VAR boat = false        // down by the water, or else by the lantern stair
VAR slept = true        // Zara slept on the first night, or else sat up by the kettle
VAR call = "boats"      // how the city was asked: boats, moons, tune
VAR tea = false         // when the pale coats came: tea was poured, or lanterns dimmed

-> cold_bedtime
