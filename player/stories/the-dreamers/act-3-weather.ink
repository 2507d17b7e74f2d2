// Act 3. Weather.
//
// The night of the gathering. Mira's mother finds the bed empty and asks Doctor Taran for
// help, out of love. The city comes down to sleep; the crackdown comes after it, told as
// weather: it gathers, it is near, it passes. The one place where the depth ebbs, from
// 0.53 to 0.3, and it ends on a held breath.
// Choice: what Zara does when the pale coats come.

=== cold_side ===
# chapter: The Cold Side of the Bed
# soundscape: hyper-rest fade=30s
# depth: 0.48 over=45s
On the night of the new moon, in the tall house, Mira's mother opened her eyes all the way. One hand had slipped from the place where hands were meant to go, and was lying on the cold side of the bed. She went on bare feet along the passage to the blue room.
{ picture:
    On the pillow, where a head should have been, there was a picture of herself. Her hair was let down and her eyes were properly shut, and the moon above her was coloured in right to the edges. Nobody had drawn her in her life before. She had not known that she could look like that.
- else:
    There was a small round shape in the bed, and she stood and listened to it for some time, before she turned back the sheet. A cushion lay there with its eyes shut, smiling. When she lifted it against her shoulder, it was just the size that Mira used to be.
}
Then she was afraid, as anybody would be, and she asked for help from the cleverest person at the company. Doctor Taran came at once. He had not slept for nineteen years, and he had a great plan, which was to do away with sleep for everybody. He stood by the window in his hat and his buttoned coat, like a lamp that has been left on in an empty room. She told him how it was.

She's only seven. It's the middle of the night, and she has gone out in her slippers. # voice: mother

She will be under the waterworks. We shall bring her home. Nobody will run, and nobody will raise his voice. I promise you that. # voice: taran

She asked what they did down there. He was looking past her, up, at the few stars.

They sleep. They lie down in the dark, and miss things. When I was a boy I slept through a thing that I had waited for all year. I decided then that nobody should have to miss anything again. # voice: taran

He said it without heat, as one tells somebody the time. She put on her coat. Without quite knowing why, she took {picture:the picture with her, rolled up, in her hand|the cushion with her, under one arm}. # pause: 2s
-> weather

=== weather ===
# chapter: Weather
# soundscape: gathering fade=25s
# depth: 0.53 over=50s
Under the city, people were coming in out of the dark, by the stair and by the water, with their pillows in their arms.
{
- call == "boats":
    Everyone had brought a paper boat. They set them on the channel inside the gate, with a stub of candle in each, until a whole small harbour of lights lay rocking there.
- call == "moons":
    Everyone had a little chalk on the fingertips. They touched the wall as they came in, one after another, until the old bricks had a whole sky of moons on them.
- else:
    They came in humming. Everyone had the note a little differently, until the whole cistern was murmuring like a beehive behind a warm wall.
}
There was the baker, and the schoolteacher, and somebody from a twentieth floor in a very good dressing gown. They lay down in rows, and Zara went along with a lantern, and told them how it was done.

You needn't do anything. You only stop holding it up. # voice: zara

{
- carried == "whale":
    In the very middle lay Mira, with most of her under the whale. Bram had been asleep since supper.
- carried == "blanket":
    In the very middle lay Mira, under blanket three hundred, which was her own. Bram had been asleep since supper.
- else:
    In the very middle lay Mira, with the jam jar by her ear. Bram had been asleep since supper.
}
The rows grew quiet. Somewhere a man laughed softly, because he had yawned, and had forgotten what it was. And the low note came in, and it waited, and it went out. # pause: 2s

Then the weather changed. It began as weather does, with a coolness along the floor. The lantern flames all leaned over to one side, and stood up again. # depth: 0.45 over=40s

A long way up, somebody had opened a door. Down the stair came a thin white light, and the high even hum of the city. People drew their blankets round them, as you do when you hear rain in the next street. # soundscape: hyper-rest fade=40s

It was near now. There was one stair, and there was one gate to the water, and before long there were people in pale coats at both. They stood in a line with their white lamps held low, and they looked as though their feet were cold.

There was nowhere else to go, and one waits for weather to pass over. Oona was counting coats. # depth: 0.37 over=40s

Twenty-six. # voice: oona

Zara looked at the lanterns, and she looked at the kettle.

* [Dim the lanterns # key: d # default] -> dim
* [Pour out more tea # key: p] -> pour

= dim
~ tea = false
She turned down the nearest lantern, and then the next one, and Leo did the same along the other side, as it is done where there are children nearly asleep. The dark came softly as far as the line of pale coats, and there it stopped. All at once their lamps looked rather bright to them. One by one, as a matter of manners, they turned them down.
-> doctor

= pour
~ tea = true
She took the kettle, and Leo took the tray, and they went along the line of pale coats as though everyone had been expected. It is hard to hold a lamp, and a cup, and a saucer. One by one they set down their lamps on the floor, where they lit up nothing but boots. The youngest said thank you, and then looked as if he had not been meant to.
-> doctor

= doctor
Then Doctor Taran came in and stood at the edge of the blankets, with Mira's mother beside him. He was not angry. He found the Hush, and laid his palm on its copper thread, as one feels a forehead. # depth: 0.3 over=40s

I am sorry to wake you. It won't take long. In the morning you will be perfectly rested, and you won't miss it. # voice: taran

He moved one small switch, and the loom left off weaving. Down through the roof came the network, pale and even, and everybody's thoughts with it.

Under it all, so deep that it took some finding, the Sleeper came in. And it waited. # pause: 3s
-> oasis
