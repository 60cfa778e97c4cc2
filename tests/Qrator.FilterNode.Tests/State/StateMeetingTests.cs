namespace Qrator.FilterNode.State;

public sealed class StateMeetingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whoever_is_quicker_each_row_is_put_back_once(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var rows = Enumerable.Range(0, random.Next(60)).Select(i => new StatePlace(1 + (i / 20), (ulong)i << 32, 0, 4, 32)).ToList();
            var taken = new List<StatePlace>();
            var meeting = new StateMeeting();
            Queue<StatePlace>[] left = [new(rows), new(rows.AsEnumerable().Reverse())];
            while (left[0].Count + left[1].Count > 0)
            {
                var who = left[0].Count == 0 ? 1 : left[1].Count == 0 ? 0 : random.Next(2);
                StatePlace[] batch = [.. Enumerable.Range(0, Math.Min(left[who].Count, random.Next(1, 15))).Select(_ => left[who].Dequeue())];
                var mine = meeting.Claim(batch, isForward: who == 0);
                taken.AddRange(batch[..mine]);
                if (mine < batch.Length)
                {
                    left[who].Clear();
                }
            }

            taken.Order().ShouldBe(rows);
        }
    }
}
