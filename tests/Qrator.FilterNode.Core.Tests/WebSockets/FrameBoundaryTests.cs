using System.Buffers.Binary;

namespace Qrator.FilterNode.WebSockets;

public class FrameBoundaryTests
{
    private const int Close = 8;

    [Fact]
    public void Nothing_so_far_is_a_boundary() => default(FrameBoundary).IsReached.ShouldBeTrue();

    [Fact]
    public void Boundaries_are_where_frames_end_however_the_bytes_are_cut()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 300; round++)
        {
            var (bytes, boundaries) = Frames(random, random.Next(1, 8));
            var frames = default(FrameBoundary);
            for (var at = 0; at < bytes.Length;)
            {
                var part = bytes.AsSpan(at, Math.Min(random.Pick([1, 2, 7, 130, 70_000]), bytes.Length - at));
                frames.Pass(part);
                at += part.Length;
                frames.IsReached.ShouldBe(boundaries.Contains(at), $"{random} at {at}");
            }
        }
    }

    [Fact]
    public void Passing_to_the_boundary_stops_exactly_there()
    {
        var random = new SeededRandom();
        for (var round = 0; round < 300; round++)
        {
            var (bytes, boundaries) = Frames(random, 3);
            var start = random.Next(bytes.Length + 1);
            var frames = default(FrameBoundary);
            frames.Pass(bytes.AsSpan(0, start));

            var passed = frames.PassToBoundary(bytes.AsSpan(start));

            frames.IsReached.ShouldBeTrue(random.ToString());
            (start + passed).ShouldBe(boundaries.Append(0).Where(boundary => boundary >= start).Min(), random.ToString());
        }
    }

    [Fact]
    public void A_close_frame_is_noticed_and_nothing_else_is_taken_for_one()
    {
        var random = new SeededRandom();
        var frames = default(FrameBoundary);
        frames.Pass(Frame(random, 0x1, 300, masked: false));
        frames.Pass(Frame(random, 0x9, 8, masked: true));
        frames.HasClosed.ShouldBeFalse();
        frames.Pass(Frame(random, Close, 2, masked: false));
        frames.HasClosed.ShouldBeTrue();
    }

    [Fact]
    public void A_length_beyond_all_reason_is_followed_without_an_end()
    {
        var frames = default(FrameBoundary);
        frames.Pass([0x82, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        frames.Pass(new byte[100_000]);
        frames.IsReached.ShouldBeFalse();
        frames.PassToBoundary(new byte[1000]).ShouldBe(1000);
    }

    private static (byte[] Bytes, HashSet<int> Boundaries) Frames(SeededRandom random, int count)
    {
        var bytes = new List<byte>();
        var boundaries = new HashSet<int>();
        for (var i = 0; i < count; i++)
        {
            bytes.AddRange(Frame(random, random.Pick([0x0, 0x1, 0x2, Close, 0x9, 0xA]), random.Pick([0, 1, 125, 126, 127, 400, 65_535, 65_536]), random.NextBool()));
            boundaries.Add(bytes.Count);
        }

        return ([.. bytes], boundaries);
    }

    private static byte[] Frame(SeededRandom random, int opcode, int length, bool masked)
    {
        var lengthBytes = new byte[length > ushort.MaxValue ? 8 : length >= 126 ? 2 : 0];
        if (lengthBytes.Length == 8)
        {
            BinaryPrimitives.WriteInt64BigEndian(lengthBytes, length);
        }
        else if (lengthBytes.Length == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(lengthBytes, (ushort)length);
        }

        var shortLength = lengthBytes.Length switch { 0 => length, 2 => 126, _ => 127 };
        var payload = new byte[(masked ? 4 : 0) + length];
        random.NextBytes(payload);
        return [(byte)(0x80 | opcode), (byte)((masked ? 0x80 : 0) | shortLength), .. lengthBytes, .. payload];
    }
}
