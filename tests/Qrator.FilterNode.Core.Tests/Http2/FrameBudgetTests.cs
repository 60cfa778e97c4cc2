namespace Qrator.FilterNode.Http2;

public sealed class FrameBudgetTests
{
    private const int Tolerable = 1000;
    private const byte Priority = 2;
    private const byte WindowUpdate = 8;
    private const byte Continuation = 9;
    private const byte EndStream = 1;
    private static readonly long Start = TimeSpan.FromDays(2).Ticks;

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, EndStream, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 5)]
    [InlineData(3, 0, 4)]
    [InlineData(4, 0, 0)]
    [InlineData(4, 1, 0)]
    [InlineData(4, 0, 6)]
    [InlineData(6, 0, 8)]
    [InlineData(6, 1, 8)]
    [InlineData(7, 0, 8)]
    [InlineData(8, 0, 4)]
    [InlineData(9, 0, 0)]
    [InlineData(9, 0, 100)]
    [InlineData(200, 0, 3)]
    public void A_flood_is_told_within_a_thousand_frames_though_each_is_answered(byte type, byte flags, int length)
    {
        var budget = new FrameBudget(Start);
        budget.Take(new(20, FrameType.Headers, 0, 1), Start);
        var frame = new FrameHead(length, (FrameType)type, flags, 1);

        var taken = 0;
        for (; taken < Tolerable && budget.Take(frame, Start + (taken * TimeSpan.TicksPerMillisecond)); taken++)
        {
            budget.Sent(flags != 0 ? 0 : type == 6 ? 17 : type == 4 ? 9 : 0);
        }

        taken.ShouldBeInRange(100, Tolerable - 1);
    }

    [Fact]
    public void Requests_that_are_taken_back_at_once_are_a_flood()
    {
        var budget = new FrameBudget(Start);
        var frames = 0;
        for (var stream = 1; frames < Tolerable; stream += 2, frames += 2)
        {
            if (!budget.Take(new(20, FrameType.Headers, 0, stream), Start) || !budget.Take(new(4, FrameType.ResetStream, 0, stream), Start))
            {
                break;
            }
        }

        frames.ShouldBeInRange(100, Tolerable - 1);
    }

    [Fact]
    public void A_download_of_a_gigabyte_with_two_window_updates_for_every_frame_passes_though_they_come_late()
    {
        const int frames = 65_536;
        const int late = 5_000;
        var budget = new FrameBudget(Start);
        budget.Take(new(20, FrameType.Headers, 0, 1), Start);
        for (var i = 0; i < frames + late; i++)
        {
            if (i < frames)
            {
                budget.Sent(16_384 + 9);
            }

            if (i >= late)
            {
                budget.Take(new(4, (FrameType)WindowUpdate, 0, 0), Start).ShouldBeTrue();
                budget.Take(new(4, (FrameType)WindowUpdate, 0, 1), Start).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void A_stream_of_tiny_messages_each_acknowledged_twice_passes()
    {
        var budget = new FrameBudget(Start);
        for (var i = 0; i < 100_000; i++)
        {
            budget.Sent(9 + 12);
            budget.Take(new(4, (FrameType)WindowUpdate, 0, 0), Start).ShouldBeTrue();
            budget.Take(new(4, (FrameType)WindowUpdate, 0, 1), Start).ShouldBeTrue();
        }
    }

    [Fact]
    public void Many_requests_each_with_a_priority_a_window_update_an_empty_end_and_some_cancelled_pass()
    {
        var budget = new FrameBudget(Start);
        for (var stream = 1; stream < 200_000; stream += 2)
        {
            budget.Take(new(20, FrameType.Headers, 0, stream), Start).ShouldBeTrue();
            budget.Take(new(30, (FrameType)Continuation, 4, stream), Start).ShouldBeTrue();
            budget.Take(new(5, (FrameType)Priority, 0, stream), Start).ShouldBeTrue();
            budget.Take(new(4, (FrameType)WindowUpdate, 0, stream), Start).ShouldBeTrue();
            budget.Take(new(0, FrameType.Data, EndStream, stream), Start).ShouldBeTrue();
            if (stream % 5 == 0)
            {
                budget.Take(new(4, FrameType.ResetStream, 0, stream), Start).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void An_idle_stream_with_a_ping_every_ten_seconds_lasts_for_days()
    {
        var budget = new FrameBudget(Start);
        for (var second = 0; second < 5 * 86_400; second += 10)
        {
            budget.Take(new(8, FrameType.Ping, 0, 0), Start + (second * TimeSpan.TicksPerSecond)).ShouldBeTrue();
            budget.Sent(17);
        }
    }

    [Fact]
    public void Neither_time_nor_a_download_saves_up_for_a_flood_without_end()
    {
        var later = Start + TimeSpan.FromDays(1).Ticks;
        var idle = new FrameBudget(Start);
        Flood(ref idle, later).ShouldBeLessThan(Tolerable);

        var busy = new FrameBudget(Start);
        busy.Sent(1L << 40);
        Flood(ref busy, later).ShouldBeLessThan(25_000);

        static int Flood(ref FrameBudget budget, long now)
        {
            var taken = 0;
            while (taken < 1_000_000 && budget.Take(new(8, FrameType.Ping, 0, 0), now))
            {
                taken++;
            }

            return taken;
        }
    }
}
