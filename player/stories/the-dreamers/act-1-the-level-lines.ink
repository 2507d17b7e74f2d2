// Act 1. The level lines.
//
// The city in twenty forty-five, cold and exact, and three people each alone in it: Zara
// at her wall of lines, Leo at his canvas, Mira in her blue room. Two of them meet by
// chance, and the third goes by in her slippers. Depth 0 to 0.24.
// Choices: the wave (Zara), the way out (Leo), what to carry and what to leave (Mira).

=== cold_bedtime ===
# chapter: A Cold Bedtime
# depth: 0
In the year twenty forty-five, nobody in the city went to sleep. They went to hyper-rest instead, every night at ten, and they were very good at it. # pause: 1.5s

At ten minutes to ten, the lamps in every room turned the same clean white. A band as thin as a ribbon came down over each bed. People lay flat, and put their hands where hands were meant to go. There was one small tick, and bedtime was done.

In hyper-rest you were not asleep, and you were not awake. Half a dream went by, and it was never quite your own. It came along the network, where everybody's thoughts were shared out evenly, like soup. If a man in the harbour thought of herring, then for a second or two the whole city thought, mildly, of herring. # pause: 1.5s

Zara watched over it. She was a sleep technician, which was an old name for a job with no sleep left in it. All night she sat on the ninth floor of the Rest House, before a wall of nine hundred thin blue lines, and saw to it that they stayed level. They always stayed level.

But Zara could remember being six. She remembered a crooked window, and a quilt that smelled of cupboards, and her grandmother in the doorway, saying the same thing every night. Zara said it now, under her breath, to the nine hundred lines.

The night is wide, and there is room in it for you. # voice: zara # pause: 1.5s

And then had come the best part. It was like going down a stair in the dark, and finding that there was always one more step, and that each step was softer than the one before. # pause: 2s

At eleven minutes past two, line four hundred and six stopped being level. It rose, slow as bread. It leaned over a little at the top, and came down gently on the far side, and began to rise again. # depth: 0.05 over=60s

Zara had met that shape only once, in her training, in a chapter headed Former Conditions. It was the shape of a child asleep. And through the soles of her shoes, far down, she felt something too low to be called a sound. It came in, and it waited, and it went out.

In a minute the band would notice, and press the line level again. There was a pencil in the drawer, and there was the whole of that minute.

* [Draw the wave on paper # key: d] -> draw_wave
* [Sit and simply watch # key: s # default] -> watch_wave

= draw_wave
~ drew = true
She let her hand go up when the line went up, and wait when it waited, and it made one long soft hill, and a second hill behind the first. She folded the paper in four and put it in her top pocket, where it crackled a little whenever she breathed.
-> level_again

= watch_wave
~ drew = false
She put her hands in her lap and watched, as one watches snow from a warm room. After a while she noticed that her own breath had gone out to keep the line company, up the slow hill, and over, and down. Her shoulders came down too, from somewhere near her ears.
-> level_again

= level_again
Then the line went flat, like a sheet being smoothed. It belonged to a tall house across the canal, by the old waterworks. When her shift was over, Zara put on her blue coat, and thought that she might go home that way, since it was only forty minutes in the wrong direction. # pause: 2s
-> empty_canvas

=== empty_canvas ===
# chapter: The Empty Canvas
# soundscape: studio fade=20s
# depth: 0.1 over=60s
At that hour, Leo was sitting in his studio under a roof of glass, in front of a canvas with nothing on it.

Leo was a painter. Every morning he got up from hyper-rest with a picture in his head, and it was always the one that everybody else had got up with. In March it had been the herring. He had painted it with great care, and carried it to the gallery, and found eleven others already hanging there in a row.

He did not think that his own pictures were gone. He thought that they were standing in the next room, quite patiently, and somebody had painted over the door. Now and then, far down behind the quiet, he almost heard something.

By three o'clock the canvas had been looking at him for an hour, and he felt that one of them ought to go out for some air. There was the canal. There was the night tram, and there was the little door to the roof.

* [Walk down to the canal # key: w # default] -> canal
* [Catch the night tram # key: c] -> tram
* [Go up on the roof # key: g] -> roof

= canal
~ met = "canal"
On the bottom step of the canal five ducks were asleep, with their heads tucked back under their wings. Nobody had thought of making bands for ducks. They were the last sleepers in the district, and they had never mentioned it to anyone. # depth: 0.15 over=45s

Beside them sat a woman in a technician's blue coat. Her shoes stood next to her, and both her bare feet were flat on the stone. Leo asked, in the low voice that one uses near ducks, whether she had lost something.

I'm listening. It works better with the feet. # voice: zara

He thought about that, and sat down, and unlaced his boots. And up through the stone, slow and low, came the thing that he had been almost hearing all night. One of the ducks shifted a little, to make space. Leo said that he had thought it was only him.

So did I. I'm Zara. The ducks I don't know by name. # voice: zara
-> the_spark

= tram
~ met = "tram"
The night tram came along with all its lamps lit, as it did all night, in case. At the very back sat a woman in a technician's blue coat, with the palm of her hand laid flat against the window. # depth: 0.15 over=45s

To sit far away seemed unfriendly, and to sit near seemed forward, so Leo took a seat in the middle. The tram went round two corners. At last he asked her what she was doing to the glass.

Listening to it. There's something under the wheels. We have to wait until they stop. # voice: zara

At the end of the line the tram sighed, and grew still, and Leo laid his own palm on the glass. And up through the rails and the wheels, slow and low, came the thing that he had been almost hearing all night. He said that he had thought he was making it up.

So did I. I was rather proud of it. I'm Zara. # voice: zara
-> the_spark

= roof
~ met = "roof"
The roof was silver with dew. On an upturned bucket sat a woman in a technician's blue coat, with her ear against his chimney. She had the manners to go a little pink. # depth: 0.15 over=45s

I only came up to look at the aerial. Then I heard your chimney. # voice: zara

In six years it had never crossed Leo's mind to listen to it. He turned over a second bucket, and put his own ear to the other side. And up from below the stove and the cellar and the street, slow and low, came the thing that he had been almost hearing all night. He said that he had thought it was his own breathing.

So did I, for eleven years. I'm Zara. # voice: zara
-> the_spark

= the_spark
He told her his own name, and she told him about the line that had risen up among the others, slow as bread. # depth: 0.2 over=45s
{ drew:
    She unfolded the paper. Leo looked at it for a long time, the way that a hungry person looks at a loaf.
    It's the first line I've seen all year that was going somewhere. # voice: leo
- else:
    She had nothing to show him, so she drew it on the dark with one finger, up the slow hill, and over, and down. Leo's own hand lifted and went along behind hers, without being asked.
    It's a long time since my hand did that. # voice: leo
}
Each of them had been lonely in the same place, and now there were two of them in it, and a small light had come on. And then, in all that quiet, they heard slippers. # pause: 2s
-> blue_room

=== blue_room ===
# chapter: The Blue Room
# soundscape: network fade=20s
To say whose slippers they were, we have to go back an hour, and up eleven floors, to a blue room in a tall house. There lay Mira, who was seven and three quarters. She had told everyone that she wasn't tired.

She had a great deal to do, and she did most of it in dreams. But whenever one began, the band came along and smoothed it level, like somebody combing your hair and thinking about something else.

So she lay very small, and let the pale thoughts of the network go by, and dreamed in the gaps between them. Tonight there had been a gap of nearly two whole minutes. When that was smoothed away too, she opened her eyes, and knew where she would go. # depth: 0.24 over=45s

She had found the Dreamers all by herself in the autumn, in the way that cats find kitchens. It was a long way in slippers. A person ought to have something with her.

* [Bring the felt whale # key: w] -> whale
* [Wear the patchwork blanket # key: p # default] -> blanket
* [Light the jam jar lamp # key: l] -> lamp

= whale
~ carried = "whale"
The whale lived across the end of the bed, because of its size. It had been mended so often that there was now more mending than whale, and one of its eyes was a button. Mira hung it over her shoulder like a sleeping cat, and spoke into the place where its ear would be.

It isn't far, and you needn't swim. I'll carry you both ways. # voice: mira
-> something_left

= blanket
~ carried = "blanket"
In the blanket there was a square of somebody's curtain, and a square of somebody's Sunday shirt, and one of brown wool that had been a sailor's. Mira put it round her like a king, and gave it its orders.

You can come, but you mustn't stop and talk to the furniture. # voice: mira
-> something_left

= lamp
~ carried = "lamp"
The lamp was a jam jar, with a light inside it the size of a bean. It shone as far as the next thing and no further, and Mira had found that this was generally as far as you needed. She told it how they would manage.

You go first, and I'll be right behind you. # voice: mira
-> something_left

= something_left
In the next room lay her mother, with her hands where hands were meant to go. By day she was somebody at the company, high up, where the windows are. Mira never liked to go out without leaving her something on the bed.

* [Draw her a picture # key: d # default] -> leave_picture
* [Put a cushion to bed # key: p] -> leave_cushion

= leave_picture
~ picture = true
On the back of a letter she drew her mother in bed, with her hair let down and her eyes properly shut. Over the bed she put a moon, and coloured it in right to the edges, so that it should not be cold. She laid it on her own pillow, until she came home.
-> going_down

= leave_cushion
~ picture = false
She laid the round cushion in her own bed, and drew the sheet up to where its chin would be. Then, in case it worried, she gave it a face in crayon, with two shut eyes and a smile. She told it that she would be home in time to let it out.
-> going_down

= going_down
Then she went down in the lift, which was glad of the outing, and along the dark water, in her slippers. And somebody heard them. # pause: 2s
-> way_down
