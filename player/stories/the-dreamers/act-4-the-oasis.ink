// Act 4. The oasis.
//
// Mira falls asleep, and the door that was hidden in her opens from the inside. What she
// took along in act 1 gives the oasis its shape: sea, patchwork hills, or a lamplit wood.
// The watching stops, fears and wishes are held out and taken, and then the listener goes
// one of three ways through it, with Mira, with Leo or with Doctor Taran. On each way Leo
// makes something again, Mira and her mother meet, and Doctor Taran is moved.
// The warmest turn of the tale: depth 0.3 to about 0.8, in small steps.
// Choice: whom to go with; it decides which two endings lie ahead.

=== oasis ===
# chapter: The Oasis
In the middle of three hundred blankets lay Mira. She had seen the lamps, and the coats, and her mother at the edge of the light, holding {picture:a roll of paper|a round cushion}. She was not frightened. Apart from Bram, she was nearer to sleep than anyone there.

She felt the network begin to smooth her, in its old absent way. And under it, further down than it had ever gone, she felt something that had been there always, small and folded, like a letter in the lining of a coat.
{
- carried == "whale":
    She put her cheek against the whale, on the side where it had been mended most. She said what Oona always said, as far as she could remember.
- carried == "blanket":
    She put her cheek against the square of brown wool that had been a sailor's. She said what Oona always said, as far as she could remember.
- else:
    She put her cheek beside the jar, where the glass was a little warm. She said what Oona always said, as far as she could remember.
}
The night is wide, and there is room. # voice: mira # pause: 2s

And she shut her eyes, and stopped holding it up. Far down in the dark a door opened, from the inside. Then the Sleeper, which had been waiting all this while, went out, in one long low warm breath. # soundscape: oasis fade=60s # depth: 0.4 over=45s

{ slept:
    Leo lifted his head. He remembered Oona's door, and now he knew whose it was. Oona had known a moment sooner.
- else:
    Zara lifted her head. She remembered Oona's door, and now she knew whose it was. Oona had known a moment sooner.
}
So there you are. # voice: oona # pause: 1.5s
{
- carried == "whale":
    -> shore
- carried == "blanket":
    -> hills
- else:
    -> wood
}

= shore
It began with a smell of salt, and with the cold going out of the floor. The stone under the blankets was sand, still warm from some long day that nobody had seen. Over it came the edge of the water, as thin as a sheet, up to the first row of feet, and drew back again.

The arches rose, and turned blue, and were the evening. There was a shore, as long as anyone could wish, and out beyond it the sea, with hardly a fold in it. And somewhere in all that water, something very large turned over in its sleep, and sang. # depth: 0.5 over=45s
{ call == "tune":
    It was the one low note. They had been humming it for weeks, without knowing whose it was.
- else:
    It was the one low note. It had never been anything else.
}
Then they saw it, a long way out, coming up for air. It was grey and slow, and all along its side it had been mended. It looked out of its button eye at the people in pyjamas, and the people in pale coats. Then it let go a breath that came down over every one of them as fine warm rain.
{ call == "boats":
    Past it went the paper boats, the whole small harbour of them, putting out to sea with their lights.
}
{ call == "moons":
    Over it stood the moon, thin as a chalk line, and they saw that it was Leo's.
}
The pale coats were standing in the edge of the sea, with their boots in their hands. None of them could remember taking them off. It came in, and it waited, and it went out, and the youngest wriggled his toes. # pause: 2s
-> rest_here

= hills
It began with a smell of wool that has lain in the sun, and with the cold going out of the floor. Then the blankets started to spread. Edge found edge, and they joined, with small neat stitches that ran away into the distance like hedges. What had been stone was a hill, and behind it was another hill, all in squares.

The arches rose, and turned gold, and were the evening. There was a meadow of old curtain, and a long slope of Sunday shirts, and a valley of brown wool so deep that you went into it up to the knee. And the whole country lifted slowly, and sank, as a quilt does over someone who is asleep. # depth: 0.5 over=45s
{ call == "tune":
    As it went it gave out the one low note. They had been humming it for weeks, without knowing that it was this.
- else:
    As it went it gave out the one low note. It had never been anything else.
}
{ call == "boats":
    Down between the hills ran a brook of blue silk, and on it went the paper boats, one behind another, each with its light.
}
{ call == "moons":
    Over the furthest hill stood the moon, thin as a chalk line, and they saw that it was Leo's.
}
People found that they knew which field was theirs. The baker sat down in a corner of blue check, and said that it was his mother's apron. The youngest of the pale coats stood for a time, by a small square of yellow flannel with rabbits on it. Then he lay down there, and it fitted him. # pause: 2s
-> rest_here

= wood
It began with one gold light, the size of a bean, and with the cold going out of the floor. The light shone as far as the next thing, and the next thing was a leaf. Then there was another light, and another leaf. The pillars were putting on bark, and high up among the arches it was green, and after that it was dusk.

So a wood came up around them, taking its time. The floor was moss, dry and deep, and gave under the hand like new bread. The lights kept arriving, low down and high up, until nobody could have said which of them were small and near, and which were stars. # depth: 0.5 over=45s

{ call == "tune":
    From somewhere came a smell of plums. And all the leaves lifted together, on the one low note that people had been humming for weeks, and were still, and sank again.
- else:
    From somewhere came a smell of plums. And all the leaves lifted together, on the one low note, and were still, and sank again.
}
{ call == "moons":
    On each trunk, low down, somebody had chalked a moon, and the lights had come to rest beside them, like moths.
}
{ call == "boats":
    A stream ran through the roots, and down it went the paper boats, one behind another, each with its light.
}
The white lamps of the pale coats did not go out. They only turned gold, one at a time, and went off among the branches to join the rest. The youngest watched his until it was out of sight. Then he waved to it, in case. # pause: 2s
-> rest_here

= rest_here
And the watching stopped. All over the city there were small glass eyes that looked after the beds. They grew heavy, now, one after another, and closed, as eyes do. On the wall of the Rest House, with nobody there to see it, nine hundred lines rose up together, slow as bread. # depth: 0.59 over=45s # pause: 1.5s

It was not at all like the network. Here you could hold out one thing of your own, and somebody would take it, carefully, in both hands.
{ slept:
    Zara held out what she was most afraid of. It was that she had smoothed away the very thing she missed, and nobody would forgive her. Leo looked at it, and said that he did.
- else:
    Zara held out what she was most afraid of. It was that she had sat up too long, and the stair was not there any more. Leo made her a place to put her head. And there was one more step, and it was soft.
}
Leo held out his. It was that behind the painted door there might be only a wall. Zara kept hold of it for him. In that light the two fears turned out to be about the size of field mice, and more nervous. # depth: 0.68 over=50s

Their wishes were larger. She wished for every window in the city to go dark at an hour of its own. He wished to make one thing, only one, that somebody would be glad to fall asleep in front of.

All through the warm dusk, people were finding one another. Mira's mother was coming across it, on her bare feet. Leo had seen something that shone a little, further down. And Doctor Taran was walking off alone, with his hands behind his back.

* [Stay close to Mira # key: s # default] -> with_mira
* [Go along with Leo # key: g] -> with_leo
* [Walk with the doctor # key: w] -> with_taran

=== with_mira ===
Mira's mother did not have to look for long. # depth: 0.76 over=50s
{
- carried == "whale":
    Mira lay curled beneath the felt whale, breathing through her mouth. Her mother found her by the sound.
- carried == "blanket":
    Mira lay rolled in her own small corner of the hills, breathing through her mouth. Her mother found her by the sound.
- else:
    Mira lay curled in the moss, with the jam jar shining on her chin, breathing through her mouth. Her mother found her by the sound.
}
It was a long time since she had seen that face with nobody smoothing it. One thing after another went across it, as light goes over a pond. She lay down on the ground in her good coat, and put her forehead against Mira's, and the dream moved over and let her in.

In there, Mira was wide awake, and busy, and not very much surprised.

You came. Did you find what I left you? # voice: mira
{ picture:
    Her mother unrolled the picture. She asked how Mira had known what she looked like, asleep.
    I made it up. I thought you'd look nice. # voice: mira
- else:
    Her mother held out the cushion. She said that she had very nearly let it go on sleeping.
    It wouldn't have minded. It's a good sleeper. I taught it. # voice: mira
}
Then her mother held out her own fear, which she had carried for so long that her arms were used to it. Mira took one end.

I thought that I had lost you. # voice: mother

I was only asleep. You can be in it too, if you like. There's lots. # voice: mira

Her mother remembered that there used to be something that one said to children at this hour. It came back to her a piece at a time. # depth: 0.8 over=45s

The night is wide. There is room. # voice: mother # pause: 2s

Leo sat by with a burnt stick, and he was drawing the two of them, {picture:on the back of Mira's picture|on the plain side of the cushion}, the large forehead and the small one. He had not stopped to ask himself whether he could.

And there stood Doctor Taran. When he was nine he had meant to wait up for a comet, and he had slept, and been sorry for sixty years. He looked at the mother and the child. Then he looked where the child was pointing in her sleep, straight up, and there it went over them, slow and bright, with its long hair loose. He undid the top button of his coat, and then, since nobody minded, the others. # pause: 2s
-> bedtime

=== with_leo ===
What shone was a pool, black and smooth, and about as large as a canvas. There was nothing on it at all, and for once that did not trouble him. Leo put in one finger, and drew it along, and where it had been there was a line of light, and the line stayed. # depth: 0.76 over=50s
{ drew:
    It went up, and waited, and came down. It was the line from Zara's paper. He had asked to borrow it every night since.
- else:
    It went up, and waited, and came down. It was the line that Zara had drawn for him on the dark, and his hand had kept it ever since.
}
He gave it another hill to lean on. Then, somewhere inside, he heard a latch lift. The painted door was open. His pictures were standing on the other side in their coats and hats, very patient, and he begged their pardon, and they began to come through.

He drew a kettle with a dent in it. He drew forty beds. He drew a lift, and a crooked window, and nothing in it was anybody's herring. People knelt beside him, and put in their own fingers, and there was space for what each of them had brought. Mira came, asleep on her mother's shoulder, with her mother's coat round the two of them. # depth: 0.8 over=45s
{ picture:
    Her mother asked if there might be a moon in it, coloured right to the edges, so that it should not be cold. Leo made her one, and she put in the last of the corners herself.
- else:
    Her mother asked if there might be a cushion in it somewhere, with its eyes shut. Leo made her one, and she put in the smile herself.
}
My pictures have come back. They were only waiting. # voice: leo

Zara, who was holding his boots, said what there was to be said.

The night is wide. There is room. # voice: zara # pause: 2s

The last to come down was Doctor Taran. He looked for a long time at the top of the picture, where something bright was going over, slow, with its long hair loose. He asked how Leo had known about the comet.

I didn't. It was in there already, and I went round it. # voice: leo

I was nine. I had waited for it, and I slept. I have been sorry for sixty years. # voice: taran

He got down on his knees, which took some time. With one long finger, close under the comet, he drew a window, and in the window a very small boy with his eyes shut. He looked at that too. It was hard to see, any longer, what there was to be sorry for. # pause: 2s
-> bedtime

=== with_taran ===
Doctor Taran was looking for how it was done. Over a rise he found a window, standing by itself in the dusk, with two kitchen chairs drawn up to it. He knew the chairs. On the one sat his father, in his outdoor coat, with the blue flask between his feet. Doctor Taran took the other, which had always had a short leg. He was sixty-nine years old, and his knees came up nearly to his chin. # depth: 0.76 over=50s

We had waited for the comet all that year, and I fell asleep at a quarter to three. Why did you not wake me? # voice: taran

His father, who was slow to answer, handed him some cocoa. He said that it had been a difficult night. He'd had a comet on the one side, and on the other a boy asleep with his mouth open, and he could not look at both. So he gave the comet a minute, to be polite. Then he turned his chair round. # pause: 2.5s

Doctor Taran held on to the cup. All his life he had believed that something was missed that night, and it had not been missed at all. Somebody had spent it looking at him.

It came to him what the two of them used to say, when it was dark. He said it slowly, to the glass. # depth: 0.8 over=45s

The night is wide. There is room. # voice: taran # pause: 2s

Then the window filled with light, because here it came after all, bright and unhurried, with its long hair loose. His father said that it would be round again, if anyone cared to wait.

On the way back he met Mira, asleep on her mother's shoulder, with {picture:a picture|a cushion} held between them, and found that he had taken off his hat. He met Leo, on his knees at the edge of a pool, drawing on the water with one finger, and what he drew stayed where it was put. Leo was talking to it.

There you are. And you. Come in, come in. # voice: leo

And he met Zara, who moved along a little, as Oona would have done, and he sat down beside her. He was so tired, he found, that it was nearly a pleasure. # pause: 2s
-> bedtime
