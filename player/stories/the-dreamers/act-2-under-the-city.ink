// Act 2. Under the city.
//
// Mira leads Zara and Leo down to the Dreamers, where it is warm, and where people sleep.
// The kettle, the pipe that breathes, the loom that hides them, the secret of the door;
// then the plan for one great night, and how the city is asked to it.
// Depth 0.24 to 0.47.
// Choices: the way down (Mira), the first night (Zara), the asking (Leo).

=== way_down ===
# chapter: The Way Down
It was Mira, and she was in no hurry at all. # depth: 0.28 over=45s
{
- met == "canal":
    She came along the bank in the dark, and stepped round the ducks one at a time, so as not to wake them.
- met == "tram":
    She came along the tram rails in the dark, with one foot exactly before the other.
- else:
    By the time they had come down from the roof, she was waiting at the bottom, on one slipper, to warm the other.
}
{
- carried == "whale":
    Over her shoulder hung a large grey whale, with its chin on her back.
- carried == "blanket":
    Behind her came a patchwork blanket, sweeping the stones clean as it went.
- else:
    She held up a jam jar with a light in it, and it shone as far as the two of them, and stopped.
}
She looked at the blue coat, and at the paint on Leo's elbows, and told them the rule.

You can come if you're quiet. If you can't be quiet you can still come, but you have to be quiet later. # voice: mira

Leo asked where it was they would be going.

To bed. # voice: mira # pause: 1.5s

Behind the old waterworks was a green door, and inside it was a friendly sort of dark, that smelled of stone and rain. There were two ways on from here, and Mira was fond of both. To the left, lanterns went down a winding stair. To the right, a flat boat lay on black water.

* [Follow the lantern stair # key: l # default] -> stair
* [Drift down by boat # key: d] -> by_boat

= stair
~ boat = false
The stair went round and round, as water does on its way down. On every step stood a lantern. The first ones were nearly white, and then they were the colour of straw, and after that of honey. Mira counted the steps under her breath. She had never yet got the same number twice, and she felt that this was to the stair's credit. # soundscape: underground fade=25s # depth: 0.33 over=50s

By the twentieth step the wall was no longer cold. By the fiftieth, Leo stood still, with one foot in the air, because something was missing.

There's nobody in here but me. # voice: leo

He meant his head. The network had always murmured along at the back of it, and now it had stopped, like an icebox that you only hear when it leaves off.

So they went on, round and down through the honey light, a step, and a step. And below them, plain to hear, the low note came in, and it waited, and it went out. # pause: 2s
-> the_kettle

= by_boat
~ boat = true
The boat was as flat as a tray, and it had cushions in it. Mira sat in front, being captain. Nobody rowed, because the water was going that way already, and it took them along, in under one low arch, and under another. # soundscape: underground fade=25s # depth: 0.33 over=50s

The bricks went by so near that Zara touched them, and her fingers came away smelling of moss. Every so often a lantern hung on a hook, and its light came over the water to meet them, in small gold pieces. Somewhere past the fifth, Leo sat up, because something was missing.

There's nobody in here but me. # voice: leo

He meant his head. The network had always murmured along at the back of it, and now it had stopped, like an icebox that you only hear when it leaves off.

The boat turned once, all the way about, so that they saw where they had been and then where they were going. And under it, plain to hear, the low note came in, and it waited, and it went out. # pause: 2s
-> the_kettle

=== the_kettle ===
# chapter: The Kettle
# depth: 0.38 over=60s
At the bottom was a room as large as a church, with round arches of brick, and it was full of beds. There were forty, and no two of them matched. In every bed but one lay somebody under a blanket, and everybody's eyes were shut.

Zara had watched over people's rest for eleven years, and she had never seen anyone sleep. A man turned over. A woman sighed, and tucked one hand under her cheek. It was so untidy and so peaceful that she could not look away.

In the middle stood a small black stove, and on the stove a kettle with a dent in its side, and beside the kettle sat an old woman in three cardigans. This was Oona, the oldest of the Dreamers. She saw the blue coat, and moved along her bench.

So you're the ninth floor. Forty of your lines are ours, you know. We draw them for you, nice and straight. # voice: oona

She nodded to a thing like a loom, as tall as a wardrobe, strung with copper thread. They called it the Hush. It wove a thin quiet over the room, like the cloth on a birdcage, and sent up forty level lines for the watchers. Zara had always thought those the best lines on the wall.

In a ship's bunk lay Bram, who was the finest sleeper in the city. People came from other districts to see how it was done. Mira was already in the hammock, and not so very far behind him. Leo asked Oona about the low note.

That's only the Sleeper, my dear. It's a pipe, and the tide goes up and down in it. The old builders thought of everything, except that it would sing. # voice: oona

It came in, and it waited, and it went out. Oona looked into the kettle, and said what she said to people on their first night.

The night is wide, and there is room in it. # voice: oona # pause: 1.5s

Zara sat down on the bench.

My grandmother used to say that. # voice: zara

Everyone's did. It's how we know each other. # voice: oona

There was one bed free, with a yellow quilt turned back at the corner. And there was the place on the bench, on the warm side of the stove.

* [Lie down and sleep # key: l # default] -> first_sleep
* [Keep the kettle company # key: k] -> first_watch

= first_sleep
~ slept = true
The quilt smelled of cupboards. Zara was sure that she had forgotten how it was done, and she lay wondering what one did first, and while she was wondering, she was on the stair. There was one more step, and it was soft. # depth: 0.43 over=45s

At the bottom was a crooked window with the evening in it, and a plum tree, and up the tree on a ladder her grandmother, handing down the plums. They were warm on the one side, where the sun had been. Nobody else in the city was dreaming of plums. Leo stayed up by the stove, and Oona told him a thing that she did not tell to many.
-> the_secret

= first_watch
~ slept = false
Zara was not ready yet, and nobody minded. It was Leo who lay down under the yellow quilt, explaining that he would never manage it, and he was asleep before he got to the reason. So she kept watch, as she had been trained to do. Forty blankets rose and fell, each at a pace of its own. # depth: 0.43 over=45s

The kettle murmured. It was a good kettle to sit beside, because it never came to the point. By and by Oona told her a thing that she did not tell to many.
-> the_secret

= the_secret
I made the bands, when I was young and clever. I've been sorry since. So before I left, I hid a door in one. It opens only from the inside, and only for a person who's asleep. # voice: oona

{ slept:
    Leo asked her whose it was.
- else:
    Zara asked her whose it was.
}
I never learned. It will be in some child's head by now, folded up small. # voice: oona

In the hammock, Mira laughed in her sleep, at something of her own. Oona turned down the lantern, and one by one the corners of the room went softly out of sight. # pause: 2s
-> three_hundred

=== three_hundred ===
# chapter: Three Hundred Blankets
# depth: 0.46 over=50s
After that they came every night, and went home in the mornings with their hair on end.
{ not slept:
    Each night Zara said that she would lie down tomorrow, and Oona told her that tomorrow would keep.
}
Zara and Leo had one thought between them. Forty beds are not many in a city. There ought to be one great gathering, for everybody who had ever missed the dark. So in the old dry cistern, as wide as a market square, they laid out three hundred blankets. Bram gave two and went back to bed. One had ducks on it, and was much argued over.

But somebody would have to ask the city, and no word of it could go by the network. Leo looked at his hands.

I still can't paint. It would have to be something small. # voice: leo

Oona said that small was just what was wanted. So he sat and thought of paper, and of chalk, and of the Sleeper's one low note.

* [Fold small paper boats # key: p # default] -> paper_boats
* [Chalk moons on doors # key: c] -> chalk_moons
* [Hum the low note # key: h] -> low_tune

= paper_boats
~ call = "boats"
He folded the boats from the backs of old forms, and Mira launched them. In each one was a line of pencil. It said, come down by the water at the new moon, and bring a pillow. Off they went along the gutters, white and upright and rather solemn, where no watcher had ever thought of looking.

A baker found one across from his shop. A schoolteacher fished one out with the handle of her umbrella. Somebody on a twentieth floor got one in the bath, and never knew how. By the hundredth boat, Leo was no longer thinking about his fingers, and something that had been shut in him all year let go, by about the width of a fold. # pause: 2s
-> cold_side

= chalk_moons
~ call = "moons"
In the early mornings he went about with a stub of chalk, and low down by the hinge of a door he would leave a moon the size of a coin. Each day he drew them thinner. When there was no moon left at all, that would be the night. Mira came behind and told the cats, so that they should not be surprised.

A baker saw one when he bent to tie his shoe. A schoolteacher drew another on the next door, a careful one, with craters. Somebody on a twentieth floor had one on the outside of the window, and never knew how. By the hundredth moon, Leo was no longer thinking about his hand, and something that had been shut in him all year let go, by about the width of a line. # pause: 2s
-> cold_side

= low_tune
~ call = "tune"
The tune had just one note, so that anyone could carry it. Leo began it in the queue at the baker's, so low that people hardly noticed they had picked it up. The watchers listened for words, and there were none in it. Only if somebody asked would they be told, at the new moon, under the waterworks, with a pillow.

The baker had it by noon. A schoolteacher caught it from the baker, and thirty children caught it from her. Somebody on a twentieth floor heard the lift humming it, and never knew how. By the hundredth time, Leo was no longer thinking about it, and something that had been shut in him all year let go, by about the length of a breath. # pause: 2s
-> cold_side
