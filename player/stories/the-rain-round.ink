// The Rain Round: a linear tale in Ink.
//
// In one small town the rain is brought round by hand, as milk used to be. The tale goes
// along with its soundscape, "rain": on leaves first, then on roofs, then far away.
// What comes back, a little shorter each time:
//   There was plenty more where that came from.
// There are no choices, so each chapter is a knot that diverts to the next one.

# title: The Rain Round
# author: The Dreamers project
# lang: en
# soundscape: rain
# depth: 0.2

-> leaves

=== leaves ===
# chapter: Soaking, Please
In the town of Lower Sallow the rain was brought round by hand. Other towns left it to the weather, and took what came. But Lower Sallow had a hill behind it, and on the hill a pond, and at the pond, on Tuesdays and Fridays, Mabel Ditch filled her tall cans and brought it down by cart.

The cart was drawn by a grey horse whose name was Thursday. He had the slowest walk in the county, and had won prizes for it. # pause: 1.5s

You ordered rain as you would order milk. You stood an empty bottle on the step, and in the neck of the bottle you left a note. The first one, from the allotments, said, soaking, please, and no wind, on account of the beans. # depth: 0.28 over=40s

So Mabel Ditch took the long can with the brass rose, and walked up the rows with it, tilting. It came down on the lettuces, and on the bean leaves, pit, and pat, and on the rhubarb, which has the deepest voice of any leaf. Worms came up to be told about it. And the whole of the dark began to smell of earth, and tin, and green string. # depth: 0.35 over=40s

When it was going nicely she called over the hedge, as she called over every hedge, that there was plenty more where that came from. She clicked her tongue. Thursday thought it over, and they went on. # pause: 2.5s
-> slates

=== slates ===
# chapter: The Left-Hand Side
# depth: 0.43 over=40s
After the gardens came the roofs. The baker, who had been in bed since seven, wished for two pints of drizzle, very fine. Mabel Ditch shook it out over his thatch, and it made no sound at all, which is what you pay for.

At the mill lived two sisters, who had not agreed about anything since they were five. One had written, yes please, and the other one, no thank you. Mabel Ditch set her ladder in the middle, and poured with a very steady hand, and it rained until morning on the left-hand side. # depth: 0.5 over=40s

The piano teacher had a porch with a glass roof. She had given one concert in her life, in a large cold hall, to eleven people. She liked it heavy, straight on the glass, where it came down like applause. She stood beneath it in her dressing gown, and after a time she bowed, first to the one side, and then to the other. # depth: 0.57 over=40s # pause: 1.5s

The snails who lived in the churchyard wall could not write, but they had put out a bottle. # pause: 1.5s

And everywhere Mabel Ditch waited a while, to hear it take. At first there were drops, and each of them had something of its own to say. Then they ran together, and it was all one sound, wide and level, and after a little you forgot to hear it, and by that she knew that it was right. # depth: 0.64 over=40s

Plenty more, she told the chimneys, in a lower voice, because it was getting late. Plenty more where that came from. One after another, behind her, the windows went dark. # pause: 2.5s
-> last_house

=== last_house ===
# chapter: The Last House
# depth: 0.71 over=40s
At the end of the lane, where the road gives up and becomes a field, was one more house, and on its step one more bottle. The note was rolled so tightly that Mabel Ditch had to take off her gloves.

It was from somebody called Ida, who slept in the room under the roof, and had learned to write that autumn. It said, some rain, please, on top of my bed. It said, please can it go on until I am asleep. And at the bottom, where there was hardly any paper left, it said, I take a long time. # pause: 2.5s

Mabel Ditch went through it twice. Then she led Thursday out from between the shafts, as you do when you mean to stay. She picked out the widest of her cans, and the finest rose, and went up her ladder, a rung, and a rung, and a rung. # depth: 0.78 over=40s

Under the roof Ida heard one drop. A little further down she heard another, as if the first had asked something. Then there were ten. Then there were too many to count, and she counted them, for as long as it was interesting. # pause: 1.5s

It came down an arm's length above her face, and none of it touched her. On that side of the slates it was cold, and wide, and wet, all the way to the sea. On this side was a pillow. The two of them got on very well together, with only a roof in between. # depth: 0.84 over=40s

She listened for it to leave off, because she was careful about things. She listened to the gutter, and to the long dark throat of the pipe. She listened to her bottle on the step. One slow drop after another was falling into it, each a very little higher than the one before, like somebody going upstairs in socks. And the rain did not leave off. Outside, quite close by, a voice was saying under its breath that there was plenty more. # depth: 0.9 over=40s # pause: 2s

All down the hill it was raining, on the beans, and on the wall with the snails, and on the left-hand side of the mill. On the porch it was clapping still, softly, as people clap with their gloves on, for nobody in particular. And over Ida's bed the drops had run together, into one sound, wide and level, and there were no edges to it anywhere. # depth: 0.95 over=40s # pause: 2s

She was still listening, but from further off. It seemed to her that the bed had moved off a little way along the lane, drawn by a grey horse, at a walk. The rain was in the next field now. Then it was over the hill, small and even, and she could have heard it if she had wanted to. It had not stopped. She had only gone on ahead. # depth: 1 over=40s # pause: 3s

To this day nobody in Lower Sallow can tell you when the rain leaves off. Mabel Ditch knows, and would be glad to say, but she has never found anybody awake to ask. # pause: 3s

There is plenty more. # pause: 3s # rate: 0.95

Plenty. # pause: 3s # rate: 0.92

Good night. # pause: 3s # rate: 0.92
-> END
