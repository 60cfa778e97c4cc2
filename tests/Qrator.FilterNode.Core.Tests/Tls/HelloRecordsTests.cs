using System.Buffers;
using System.IO.Pipelines;

namespace Qrator.FilterNode.Tls;

public sealed class HelloRecordsTests
{
    [Fact]
    public void A_hello_in_several_records_is_joined_to_the_one_it_would_have_been_however_the_bytes_are_cut()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 300; round++)
        {
            var hello = Hello(random, 20 + random.Next(1_500));
            var split = Records(hello, _ => 1 + random.Next(random.NextBool() ? 4 : hello.Length - 1));
            byte[] received = [.. split, .. new byte[random.Next(100)]];

            var (shape, records, seen) = Arrive(received, () => 1 + random.Next(random.NextBool() ? 3 : 600));

            shape.ShouldBe(HelloShape.Split, random.ToString());
            records.Length.ShouldBe(split.Length, random.ToString());
            var joined = new byte[records.JoinedLength];
            records.Join(seen, joined);
            joined.ShouldBe(Records(hello, _ => hello.Length), random.ToString());
        }
    }

    [Fact]
    public void A_hello_in_one_record_passes_as_soon_as_its_head_is_there()
    {
        var random = new SeededRandom();
        var hello = Records(Hello(random, 500), _ => 504);

        for (var there = 0; there < 9; there++)
        {
            new HelloRecords().Look(new(hello.AsMemory(0, there))).ShouldBe(HelloShape.Incomplete);
        }

        new HelloRecords().Look(new(hello.AsMemory(0, 9))).ShouldBe(HelloShape.AsItIs);
    }

    [Theory]
    [InlineData("474554202f", "no record of a handshake")]
    [InlineData("8046010301", "SSL 2")]
    [InlineData("1603010000", "an empty record")]
    [InlineData("160301000102", "another message than ClientHello begins, but its length is not there", HelloShape.Incomplete)]
    [InlineData("16030100040200000500", "another message than ClientHello")]
    [InlineData("1603014001", "a record that is longer than may be")]
    [InlineData("16030100040100010015030100020230", "an alert between its records")]
    [InlineData("160301000401000100160301", "the second record begins", HelloShape.Incomplete)]
    public void What_cannot_be_joined_is_left_as_it_is(string bytes, string why, HelloShape shape = HelloShape.AsItIs) =>
        new HelloRecords().Look(new(Convert.FromHexString(bytes))).ShouldBe(shape, why);

    [Fact]
    public void No_more_than_16_KB_are_waited_for()
    {
        // Announces 16 MB and comes byte by byte, each in a record.
        byte[] hello = [1, 255, 255, 255, .. new byte[10_000]];
        var records = new HelloRecords();
        var bytes = Records(hello, _ => 1);

        var there = 0;
        while (records.Look(new(bytes.AsMemory(0, there))) == HelloShape.Incomplete)
        {
            there++;
        }

        there.ShouldBeInRange(HelloRecords.Longest - 6, HelloRecords.Longest + 6);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(60)];
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)(random.NextBool() ? random.Pick([22, 3, 1, 0, 2]) : random.Next(256));
            }

            var (shape, records, seen) = Arrive(bytes, () => 1 + random.Next(10));
            if (shape == HelloShape.Split)
            {
                records.Join(seen, new byte[records.JoinedLength]);
            }
        }
    }

    [Fact]
    public void Looking_allocates_nothing()
    {
        var random = new SeededRandom();
        var one = new ReadOnlySequence<byte>(Records(Hello(random, 500), _ => 504));
        var several = new ReadOnlySequence<byte>(Records(Hello(random, 500), _ => 100));

        Allocations.Of(() => new HelloRecords().Look(one) == new HelloRecords().Look(several)).ShouldBe(0);
    }

    private static byte[] Hello(SeededRandom random, int length)
    {
        var body = new byte[length];
        random.NextBytes(body);
        return [1, 0, (byte)(length >> 8), (byte)length, .. body];
    }

    /// <summary>A message in records, the lengths of which somebody else chooses.</summary>
    private static byte[] Records(byte[] message, Func<int, int> lengthOf)
    {
        var bytes = new List<byte>();
        for (var start = 0; start < message.Length;)
        {
            var length = Math.Min(lengthOf(start), message.Length - start);
            bytes.AddRange([22, 3, 1, (byte)(length >> 8), (byte)length]);
            bytes.AddRange(message.AsSpan(start, length));
            start += length;
        }

        return [.. bytes];
    }

    /// <summary>Shows the bytes bit by bit, as a pipe does, until something is told.</summary>
    private static (HelloShape Shape, HelloRecords Records, ReadOnlySequence<byte> Seen) Arrive(byte[] bytes, Func<int> piece)
    {
        var pipe = new Pipe(new(minimumSegmentSize: 16, pauseWriterThreshold: 0));
        var records = new HelloRecords();
        for (var start = 0; start < bytes.Length;)
        {
            var next = bytes.AsSpan(start, Math.Min(piece(), bytes.Length - start));
            pipe.Writer.Write(next);
            pipe.Writer.FlushAsync().AsTask().IsCompletedSuccessfully.ShouldBeTrue();
            start += next.Length;
            pipe.Reader.TryRead(out var read).ShouldBeTrue();
            var shape = records.Look(read.Buffer);
            if (shape != HelloShape.Incomplete)
            {
                return (shape, records, read.Buffer);
            }

            pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        return (HelloShape.Incomplete, records, default);
    }
}
