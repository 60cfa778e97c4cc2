namespace Qrator.FilterNode.Http2;

public sealed class OwedStreamsTests
{
    private const byte End = 1;
    private const byte Open = 0;

    private readonly OwedStreams _streams = new();

    [Fact]
    public void A_response_is_owed_from_the_end_of_its_request_to_the_last_byte()
    {
        Received(FrameType.Headers, 1);
        _streams.Begins(1);
        Sent(FrameType.Headers, 1, Open);
        _streams.Count.ShouldBe(0, "whoever writes it may wait for something else");
        _streams.Ends(1);
        _streams.Count.ShouldBe(1);
        Sent(FrameType.Data, 1, Open);
        _streams.Count.ShouldBe(1);
        Sent(FrameType.Data, 1, End);
        _streams.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(FrameType.Headers, End)]
    [InlineData(FrameType.ResetStream, Open)]
    public void Trailers_and_resets_end_it_too(FrameType last, byte flags)
    {
        Received(FrameType.Headers, 1);
        Sent(FrameType.Headers, 1, Open);
        _streams.Count.ShouldBe(1);
        Sent(last, 1, flags);
        _streams.Count.ShouldBe(0);
    }

    [Fact]
    public void What_the_client_has_reset_is_not_owed_also_when_its_response_was_on_its_way()
    {
        Received(FrameType.Headers, 1);
        Received(FrameType.Headers, 3);
        Sent(FrameType.Headers, 1, Open);
        Received(FrameType.ResetStream, 1);
        Received(FrameType.ResetStream, 3);
        Sent(FrameType.Headers, 3, Open);
        _streams.Ends(3);
        _streams.Count.ShouldBe(0);
    }

    [Fact]
    public void A_writer_that_waits_counts_for_as_long_as_it_waits()
    {
        Received(FrameType.Headers, 1);
        _streams.Begins(1);
        Sent(FrameType.Headers, 1, Open);
        _streams.Stalls();
        _streams.Count.ShouldBe(1);
        _streams.GoesOn();
        _streams.Count.ShouldBe(0);
    }

    [Fact]
    public void It_agrees_with_a_model_over_random_frames()
    {
        var random = new SeededRandom();
        var (known, begun, written) = (new HashSet<int>(), new HashSet<int>(), new HashSet<int>());
        var next = 1;
        Received(FrameType.Headers, 1);
        known.Add(1);
        for (var i = 0; i < 20_000; i++)
        {
            var stream = 1 + (2 * random.Next(next));
            switch (random.Next(8))
            {
                case 0 when known.Count < 100:
                    stream = (2 * next++) + 1;
                    Received(FrameType.Headers, stream);
                    known.Add(stream);
                    break;
                case 1:
                    Received(FrameType.ResetStream, stream);
                    known.Remove(stream);
                    break;
                case 2:
                    _streams.Begins(stream);
                    written.Add(stream);
                    break;
                case 3:
                    _streams.Ends(stream);
                    written.Remove(stream);
                    break;
                case 4:
                    Sent(FrameType.Headers, stream, Open);
                    begun.Add(stream);
                    break;
                case 5:
                    Sent(random.Pick([FrameType.Headers, FrameType.Data]), stream, End);
                    known.Remove(stream);
                    break;
                case 6:
                    Sent(FrameType.Data, stream, Open);
                    break;
                default:
                    // A second head of the same stream: the trailers of a request.
                    Received(FrameType.Headers, stream);
                    break;
            }

            begun.IntersectWith(known);
            written.IntersectWith(known);
            _streams.Count.ShouldBe(begun.Except(written).Count(), random.ToString());
        }
    }

    [Fact]
    public void Thousands_of_streams_take_no_more_room_than_hundreds()
    {
        for (var i = 0; i < 10_000; i++)
        {
            Received(FrameType.Headers, (2 * i) + 1);
            Sent(FrameType.Headers, (2 * i) + 1, Open);
        }

        _streams.Count.ShouldBe(256);
    }

    private void Received(FrameType type, int stream) => _streams.Received(new(1, type, Open, stream));

    private void Sent(FrameType type, int stream, byte flags) => _streams.Sent(new(1, type, flags, stream));
}
