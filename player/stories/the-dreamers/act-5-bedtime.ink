// Act 5. Bedtime.
//
// The morning after, and then the evenings after that: sleep comes back into the days, the
// machines keep what they were good at, Doctor Taran's work turns to dreams. Then six ways
// to end the night, two for each way taken through the oasis:
//
//   with Mira:    the_blue_room, beside_the_kettle
//   with Leo:     the_studio, along_the_canal
//   with Taran:   the_laboratory, the_comet
//
// Depth 0.86 to 1. The sentences grow longer, and then there is hardly anything left of them:
// the last five lines are the same for everyone.
// Choice: where the last evening is spent.

=== bedtime ===
# chapter: Bedtime
# soundscape: underground fade=40s
# depth: 0.86 over=60s
The oasis did not end. It only thinned, as mist does, and there was the cistern again, with everybody in it asleep. They slept until the middle of the morning. Then Bram sat up, and stroked his beard flat, and asked Oona if he had missed anything.

Nothing that won't come round again. # voice: oona

{ boat:
    People went home by the water, eight to a boat, and let one hand trail.
- else:
    People went home by the lantern stair, one slow step at a time, and nobody counted.
}
The pale coats went with blankets round their shoulders. One of them had the blanket with the ducks. # pause: 2s

On a quiet evening after that, Zara took Doctor Taran up to the ninth floor, where nine hundred lines were going up and down, no two alike. He asked her what one ought to do about them.

You watch over them. You don't have to do anything to them. # voice: zara

{ drew:
    She took the folded paper from her top pocket, gone soft as cloth by now, and gave it to him to begin with.
- else:
    She showed him how to breathe along with one, up the slow hill, and over, and down. He said that it was a beginning.
}
That became his work. He asked people at breakfast what they had dreamed, and wrote it down, and was astonished, nearly every day.

The bands were kept, since they were good at some things. They turned the lamps to gold at dusk, and hushed the streets, and after lunch they would give anyone a quarter of an hour of the network, mild as soup. But at bedtime they wished everyone good night, and hung themselves up on the wall.
{ tea:
    The youngest of the pale coats came down on Tuesdays, to help Oona with the cups.
- else:
    The youngest of the pale coats was given the street lamps, and went round every evening to turn them down by hand.
}
For bedtime was a place again, and people set out for it in good time. It was only a matter, each evening, of where one lay down. # pause: 1.5s
{
- with_mira:
    -> mira_evening
- with_leo:
    -> leo_evening
- else:
    -> taran_evening
}

=== mira_evening ===
On this evening Mira had said that she wasn't tired, and had yawned in the middle of saying it. There was her own bed, and there was the hammock, down beside the stove.

* [Go home to bed # key: g # default] -> the_blue_room
* [Sleep beside the kettle # key: s] -> beside_the_kettle

=== leo_evening ===
On this evening Leo had washed his brushes, for they needed washing, and Zara had come to walk about with him until bedtime. There was the new picture in the studio, and there was the long wall beside the canal.

* [Look at the picture # key: l # default] -> the_studio
* [Wander by the canal # key: w] -> along_the_canal

=== taran_evening ===
On this evening Doctor Taran had put away his notebook. There was his armchair in the laboratory. And there was the grass on the hill, where people were carrying up rugs, because it was the year of the comet.

* [Settle in the armchair # key: s # default] -> the_laboratory
* [Climb up the hill # key: c] -> the_comet

=== the_blue_room ===
In the blue room the window stood open by the width of a hand, and the lamp had been turned down to the colour of honey. Mira's mother sat against the headboard with her shoes off. On her knees was a book, a real one, which had taken some finding. # soundscape: hyper-rest fade=40s # depth: 0.91 over=40s
{
- carried == "whale":
    The felt whale lay across the end of the bed, because of its size, and kept both their feet warm.
- carried == "blanket":
    Over both of them lay the patchwork blanket, with all its corners home.
- else:
    The jam jar stood on the sill, and shone as far as the next thing, which was the bed.
}
{ picture:
    On the wall hung a picture of somebody asleep beneath a moon, and on the back of it, where it did not show, were the two foreheads that Leo had drawn.
- else:
    The round cushion had the other pillow. Leo's drawing was on the back of it, and on the front it was still smiling, with both eyes shut.
}
Her mother was new to reading aloud. She gave all of the people the same voice, and Mira had not said a word about it. Far down in the street Zara was going home {met == "canal":by way of the ducks}{met == "tram":along the tram rails}{met == "roof":under all the chimneys}, and stopping now and then to see which windows were dark. # depth: 0.96 over=45s

After a page or two her mother stopped, and asked if that would do.

You can go on. I'm only listening with my eyes shut. # voice: mira

So her mother went on, a little lower. It was the story of a river that had come down out of the hills a long while ago, and had grown broad and slow. Now it was going to the sea, by way of every meadow that there was.
{
- call == "boats":
    On the sill a small paper boat had turned its front to the night, and stayed where it was.
- call == "moons":
    Low down by the hinge of the door was a moon in chalk, and it was full.
- else:
    Somewhere under the floor the lift was humming its one note to itself, going nowhere, in the dark.
}
She went on through the reeds and the long grass, and round a bend, and round another. Somewhere in the middle of a sentence, with water on both sides of it, her own eyes closed, and the book came down on the blanket, without a sound.

And the breath of the one went out beside the breath of the other, up the slow hill, and over, and down. # depth: 1 over=40s # pause: 2s

The low note comes in. It waits. It goes out. # pause: 3s

It comes in. # pause: 3s # rate: 0.95

It goes out. # pause: 3s # rate: 0.95

There is room. # pause: 3s # rate: 0.92

Good night. # pause: 3s # rate: 0.92
-> END

=== beside_the_kettle ===
They had only to put on their slippers, Mira and her mother, and go down. # soundscape: underground fade=40s # depth: 0.91 over=45s
{ boat:
    The lanterns came out over the water to meet the boat, one behind another, and went along with it as far as they could.
- else:
    When Mira had counted fifty steps of the lantern stair, she gave it up, and was carried.
}
There were so many beds these days that they went on past the last arch, over the whole floor of the cistern. Anyone might come who wanted to, on any night, with a pillow. The Hush stood against its wall as ever, and wove a quiet around them, only now it was to keep out the street sweeper at five.

Oona gave Mira's mother the bed with the yellow quilt, because it was her first night. Zara, who had {slept:slept in it before her|got into it at last and did not mean to keep it}, turned back the corner.
{ picture:
    Over the stove hung the picture of somebody asleep beneath a moon. Mira's mother lay and looked at it, and thought that it was getting to be more and more like her.
- else:
    The round cushion had come along, for the change of air. Mira's mother put it under her cheek, with its smile against her own.
}
In the hammock Mira settled herself, {carried == "whale":beneath the whale}{carried == "blanket":inside the blanket}{carried == "lamp":with the jam jar beside her}, and looked down over the edge. # depth: 0.96 over=45s

It's easy. Bram can show you, if you get stuck. # voice: mira

Bram opened one eye. He was a modest man, and he thought for a time before he spoke.

I just lie here. And then it's morning. # voice: bram

He shut the eye again. Oona moved the kettle to the cooler end of the stove, where it could go on talking to itself more softly.
{
- call == "boats":
    In the channel by the gate the last of the paper boats was rocking on the tide, up a little, and down a little, with its candle burned low.
- call == "moons":
    All over the old bricks the chalk moons shone a little, and then, as lantern after lantern was turned down, a little less.
- else:
    Here and there somebody was still humming, on the way to sleep, and stopped in between the one breath and the next, and did not begin again.
}
And Mira's mother, who had come through so many doors in her life, with something in her hand that had to be seen to, lay with both hands open in the wool. Then there was a stair in front of her, in the dark. # depth: 1 over=40s

There was one more step, and it was soft. She went down it, and there was another, wider and lower, and beyond it one more, and the air was mild, and smelled a little of cupboards. # pause: 2s

The low note comes in. It waits. It goes out. # pause: 3s

It comes in. # pause: 3s # rate: 0.95

It goes out. # pause: 3s # rate: 0.95

There is room. # pause: 3s # rate: 0.92

Good night. # pause: 3s # rate: 0.92
-> END

=== the_studio ===
The picture stood where the bare canvas used to stand, under the roof of glass. It had the forty beds in it, and the kettle, and the long slow hills behind. # soundscape: studio fade=40s # depth: 0.91 over=45s
{
- carried == "whale":
    If you knew where to search, there was a grey back out among the hills, coming up for air.
- carried == "blanket":
    If you went up close, you saw that the hills were in squares, and that every square had once belonged to somebody.
- else:
    If the room was dark enough, there was one spot of gold in it, about the size of a bean, that shone as far as the next thing.
}
{
- met == "canal":
    In one corner were five ducks. They had come to the studio to be drawn, and had slept through that too.
- met == "tram":
    In one corner a tram was waiting with its lamps turned low, and on its window were the prints of two hands.
- else:
    In one corner were a chimney and two buckets, turned upside down, as close as they would go.
}
The gallery had hung it in the spring, and there was a difficulty. People stood in front of it, and sighed, and had to be helped to a seat. So the gallery put in a bench, and then a second bench. When at last they asked about beds, Leo took the picture home, and opened his door on Thursdays.

This was a Thursday. Doctor Taran, who came for purposes of study, had got as far as the word purposes, and was asleep with his pen in his hand. Mira and her mother had the rug. Zara was on the old green couch beneath the yellow quilt, and Leo put out the lamp and sat on the floor beside her. # depth: 0.96 over=45s

You've got your wish, you know. # voice: zara

So have you. Look. # voice: leo

He meant the roof. Beyond the glass lay the whole slope of the city, and its windows were going dark. There went one, and there another, and for a long time none, and then one more, each at an hour of its own.
{
- call == "boats":
    On some of the sills, if one had been near enough, were paper boats, drawn up for the night.
- call == "moons":
    By some of the doors, if one had been near enough, were small chalk moons, drawn rounder every evening.
- else:
    From some of the rooms, if one had been near enough, came the low hum of somebody putting a child to bed.
}
Zara watched them as long as she could, and she did not do anything to them. Somewhere after the baker's window, and before the schoolteacher's, she let them look after themselves, and her hand came down beside the couch and rested on Leo's hair. # depth: 1 over=40s

He thought that in a moment he would get up and let down the blind. And he thought of its cord, and how the cord would go on swaying, a little to the left, and a little to the right, more and more slowly. # pause: 2s

The low note comes in. It waits. It goes out. # pause: 3s

It comes in. # pause: 3s # rate: 0.95

It goes out. # pause: 3s # rate: 0.95

There is room. # pause: 3s # rate: 0.92

Good night. # pause: 3s # rate: 0.92
-> END

=== along_the_canal ===
Beside the canal ran a wall, half a mile of it, that had never been asked to be anything else. Now it was Leo's. He painted a few feet of it each day, and each morning children came and told him what ought to come next. # soundscape: gathering fade=40s # depth: 0.91 over=45s

He and Zara walked along it with a lantern. First came a stair with no bottom. Then a plum tree went by, and a cushion as big as a house, and a great many whales, because of the number of children.
{ drew:
    All the way through it ran a single line, up a slow hill and over and down. The paper that it was taken from hung in a frame on the ninth floor, and still had its folds.
- else:
    All the way through it ran a single line, up a slow hill and over and down. He never painted it the same way twice, since he had only ever had it from the air.
}
{
- met == "canal":
    Where the steps went down they stopped, out of habit. The five ducks were on the lowest one, tucked up. In all the changes they had not changed anything.
- met == "tram":
    They stood aside for the night tram. It went by with its lamps turned low, and nobody in it, and it looked easier in its mind, for it had been given leave to go to bed.
- else:
    Over the roofs they could see his own chimney, with the two buckets next to it, right way up, and full of somebody's tomatoes.
}
On the bridge Doctor Taran wished them a good evening, with his notebook under his arm. He was trying out a thing to say. # depth: 0.96 over=45s

It is late, so I am going to bed. # voice: taran

They told him that it sounded very well. High up, in the tall house, Mira's mother was closing a blue curtain. She lifted a hand to the lantern, and behind her somebody lifted {carried == "whale":the fin of a whale}{carried == "blanket":the corner of a blanket}{carried == "lamp":a jam jar with a light in it}. Then the window went dark, at an hour of its own.
{
- call == "boats":
    Down on the water a paper boat came by, from nobody knew how far up, and kept beside them for a while.
- call == "moons":
    On the doors across the way the chalk moons were nearly full, and shone a little, as white things do at that hour.
- else:
    Somewhere a man was going home across the bridges, humming the one low note, and for a while they walked in time with it.
}
They came to where it was only wall, and Leo set down the lantern there, for the morning. They sat on the topmost of the steps with their shoulders together, and looked at the part that had nothing on it yet, and it was very restful to look at. # depth: 1 over=40s

The water lifted, and let itself down, and the lights that were left in it grew long, and fewer, and long again. Zara was counting them, as she had been trained to. And somewhere between the one that was going out and the one that was next, she let them go. # pause: 2s

The low note comes in. It waits. It goes out. # pause: 3s

It comes in. # pause: 3s # rate: 0.95

It goes out. # pause: 3s # rate: 0.95

There is room. # pause: 3s # rate: 0.92

Good night. # pause: 3s # rate: 0.92
-> END

=== the_laboratory ===
Doctor Taran's laboratory had been all glass and steel, and some of it was still there, behind the armchairs. Along one side stood a cabinet of little drawers, for the dreams. There was a drawer for stairs, and one for plums, and one that said whales, see also whales. The herring had a drawer to itself, for the sake of history. # soundscape: network fade=40s # depth: 0.91 over=45s
{ drew:
    On the wall, where the chart of his great plan had been, hung Zara's paper, unfolded, with its two soft hills.
- else:
    On the wall, where the chart of his great plan had been, Leo had drawn a single line for him, with two soft hills.
}
{
- call == "boats":
    His paperweight was a paper boat. It could not keep anything from blowing away, and he had grown fond of it.
- call == "moons":
    By the hinge of the door was a moon in chalk. He had told the cleaners, in writing, that it was to be left.
- else:
    He had got into the way of humming. It was one note, as low as he could manage, and he believed that nobody knew.
}
He was supposed to be keeping watch. In the long room next door, there lay the people who were to be asked about their dreams in the morning. There was Mira, who was by far his best, {carried == "whale":and the whale, who had a pillow}{carried == "blanket":rolled to the ears in patchwork}{carried == "lamp":with the jam jar on the chair beside her}. There was her mother, and {picture:above the two of them was pinned a moon, for company|between the two of them was a round cushion, with its eyes shut}. Leo had a corner, and drew whatever they could find no words for. # depth: 0.96 over=45s

When Zara came in, Doctor Taran was glad, because he had noticed a thing about the stairs. In nineteen dreams of twenty, the stairs went down. He thought that it was because.

She waited to hear why it was. The doctor's chin had come down on his collar. His mouth was a little open, and he looked about nine. # pause: 1.5s

She took the pen out of his fingers, so that it should not mark his cuff. Then she laid over him the yellow quilt that smelled of cupboards, and turned the other armchair round, away from the lamps and the window. She sat down in it, and gave him a minute, and then another. # depth: 1 over=40s

His breath had started out already, up the slow hill, with no one to press it level and no one to write it down. It went over the top in its own good time, and down the long side. And it seemed to Zara that her own might as well go along, to keep it company. # pause: 2s

The low note comes in. It waits. It goes out. # pause: 3s

It comes in. # pause: 3s # rate: 0.95

It goes out. # pause: 3s # rate: 0.95

There is room. # pause: 3s # rate: 0.92

Good night. # pause: 3s # rate: 0.92
-> END

=== the_comet ===
They had the hill to themselves, as far as a hill can be had by four hundred people. Oona had brought the kettle, and Bram had brought his bunk. Below them lay the city, with nearly all its windows dark. # soundscape: oasis fade=40s # depth: 0.91 over=45s

The comet was due before three. Doctor Taran had carried up two kitchen chairs, and sat on the one with the short leg. On the other, {carried == "whale":side by side with the whale}{carried == "blanket":in the patchwork blanket}{carried == "lamp":with the jam jar in her lap}, sat Mira, who meant to see all of it.

You have to wake me if I go to sleep. But I won't go to sleep. # voice: mira

I shall bear it in mind. # voice: taran

He poured her some cocoa. Close by, on a rug, sat her mother. {picture:The moon was not up, but she had its picture with her, so that it should not be left out.|The round cushion was propped where it would have a good view, if it ever opened its eyes.} Beyond her lay Zara and Leo, each with one hand flat on the ground, for the hill had it too, the thing {met == "canal":in the stone of the steps}{met == "tram":in the glass of the tram}{met == "roof":in the bricks of the chimney}. # depth: 0.96 over=45s
{
- call == "boats":
    From here one saw the canal, and a few small lights going down it, one behind another, to wherever they went.
- call == "moons":
    Some of the children had chalked moons on the big stones, to keep the dark company till the real one should come.
- else:
    Along the slope somebody was humming, and somebody further up took it from them, and passed it over the hill.
}
Mira told the doctor eleven things about comets. In the middle of the twelfth her head went over to one side, and stayed there. It was a quarter to three.

Over the edge of the hill came the comet, bright and unhurried, with its long hair loose, sixty years on its way, and the doctor gave it a minute, to be polite.

Then, with great care, so that nothing should creak, Doctor Taran turned his chair round. He sat with his back to all of it, and looked at a girl asleep with her mouth open. And the light came over his shoulder, and over one after another of the sleepers, and tucked them in. # depth: 1 over=40s

Nobody saw it go but a few owls, and it did not mind. Under it the hill went up, and rested, and went down. And at some time in that slow while the doctor's eyes, which had been open for so very long, grew heavy, and closed, as eyes do. # pause: 2s

The low note comes in. It waits. It goes out. # pause: 3s

It comes in. # pause: 3s # rate: 0.95

It goes out. # pause: 3s # rate: 0.95

There is room. # pause: 3s # rate: 0.92

Good night. # pause: 3s # rate: 0.92
-> END
