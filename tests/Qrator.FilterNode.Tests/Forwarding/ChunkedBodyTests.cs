using System.Text;
using Qrator.FilterNode.Forwarding.Http1;

namespace Qrator.FilterNode.Forwarding;

public sealed class ChunkedBodyTests
{
    [Fact]
    public void A_body_cut_anywhere_gives_its_data_and_its_trailers()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 2000; round++)
        {
            var (wire, data, trailers) = Make(random);
            var body = new ChunkedBody();
            var read = new StringBuilder();
            var buffer = new List<byte>();
            foreach (var piece in Cut(random, Encoding.Latin1.GetBytes(wire + "NEXT")))
            {
                buffer.AddRange(piece);
                Take(ref body, buffer, read).ShouldBeTrue(wire);
            }

            body.IsComplete.ShouldBeTrue(wire);
            read.ToString().ShouldBe(data);
            Encoding.Latin1.GetString([.. buffer]).ShouldBe("NEXT");
            (body.Trailers ?? []).Select(trailer => $"{trailer.Name}={trailer.Value}").ShouldBe(trailers);
        }
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("\r\n")]
    [InlineData(" 4\r\ndata\r\n")]
    [InlineData("+4\r\ndata\r\n")]
    [InlineData("-4\r\ndata\r\n")]
    [InlineData("0x4\r\ndata\r\n")]
    [InlineData("4 4\r\ndata\r\n0\r\n\r\n\0", false)]
    [InlineData("fffffffffffffffff\r\n")]
    [InlineData("8000000000000000\r\n")]
    [InlineData("4\r\ndataX\r\n")]
    [InlineData("4\r\ndata4\r\ndata\r\n")]
    [InlineData("0\r\nno trailer\r\n\r\n")]
    [InlineData("0\r\nX-Bad: a\0b\r\n\r\n")]
    [InlineData("0\r\n: x\r\n\r\n")]
    public void What_is_no_chunk_is_refused(string wire, bool isRefused = true)
    {
        var body = new ChunkedBody();
        var buffer = Encoding.Latin1.GetBytes(wire).ToList();

        Take(ref body, buffer, new()).ShouldBe(!isRefused);
    }

    [Fact]
    public void Neither_a_size_nor_trailers_can_be_endless()
    {
        var size = new ChunkedBody();
        Take(ref size, [.. Encoding.Latin1.GetBytes("4;" + new string('x', 20_000))], new()).ShouldBeFalse();

        var trailers = new ChunkedBody();
        var many = string.Concat(Enumerable.Range(0, 2000).Select(i => $"X-Trailer-{i}: x\r\n"));
        Take(ref trailers, [.. Encoding.Latin1.GetBytes("0\r\n" + many)], new()).ShouldBeFalse();
    }

    // As the forwarder does: framing off the front, data away, until nothing more can be read.
    private static bool Take(ref ChunkedBody body, List<byte> buffer, StringBuilder read)
    {
        while (buffer.Count > 0 && !body.IsComplete)
        {
            var bytes = buffer.ToArray();
            if (!body.TryNext(bytes, out var framing, out var data))
            {
                return false;
            }

            read.Append(Encoding.Latin1.GetString(bytes, framing, data));
            buffer.RemoveRange(0, framing + data);
            if (data == 0)
            {
                break;
            }
        }

        return true;
    }

    private static (string Wire, string Data, List<string> Trailers) Make(Random random)
    {
        var (wire, data) = (new StringBuilder(), new StringBuilder());
        for (var chunks = random.Next(6); chunks > 0; chunks--)
        {
            var text = new string((char)random.Next(256), random.Next(1, 300));
            var extension = random.Next(3) switch { 0 => ";a=b", 1 => " ;c=\"d\"", _ => "" };
            var size = random.Next(2) == 0 ? $"{text.Length:x}" : $"00{text.Length:X}";
            wire.Append($"{size}{extension}\r\n{text}\r\n");
            data.Append(text);
        }

        var trailers = Enumerable.Range(0, random.Next(3)).Select(i => $"X-Trailer-{i}=value {i}").ToList();
        wire.Append("0\r\n").Append(string.Concat(trailers.Select(trailer => trailer.Replace("=", ": ", StringComparison.Ordinal) + "\r\n"))).Append("\r\n");
        return (wire.ToString(), data.ToString(), trailers);
    }

    private static IEnumerable<byte[]> Cut(Random random, byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, random.Next(2) == 0 ? 3 : 200), bytes.Length - at);
            yield return bytes[at..(at + length)];
            at += length;
        }
    }
}
