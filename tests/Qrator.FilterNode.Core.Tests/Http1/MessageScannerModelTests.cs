using System.Text;
using Qrator.FilterNode.Offences;

namespace Qrator.FilterNode.Http1;

public sealed class MessageScannerModelTests
{
    private const int Messages = 40_000;

    private static readonly string[] Starts =
        ["GET / HTTP/1.1\r\nHost: a\r\n", "POST /x?y HTTP/1.1\r\nhost:b\r\n", "GET / HTTP/1.0\r\n", "\r\nGET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\n"];

    private static readonly string[] Headers =
        ["Content-Length: 3\r\n", "content-length:0\r\n", "Transfer-Encoding: chunked\r\n", "transfer-encoding:Chunked \r\n", "X: y\r\n", "Long-Header-Name-Of-No-Interest: \u00e9\t\r\n", "Host: c\r\n", "Content-Length:\r\n"];

    private static readonly string[] Bodies =
        ["abc", "3\r\nabc\r\n", "3;x=y\r\nabc\r\n", "0\r\n\r\n", "0\r\nX: y\r\n\r\n", "0\r\nHost: x\r\n\r\n", "A\r\n0123456789\r\n", ""];

    private const string Noise = "\r\n\0 \t:;0+-aX\u007f\u0080";

    [Fact]
    public void It_agrees_with_the_model_on_good_and_damaged_messages_however_they_are_cut()
    {
        var random = new SeededRandom();
        var (good, bad) = (0, 0);
        for (var i = 0; i < Messages; i++)
        {
            var text = Message(random);
            var expected = MessageModel.Length(text);
            var whole = default(MessageScanner);
            var read = MessageScannerTests.Feed(ref whole, text, text.Length + 1);
            var cut = default(MessageScanner);
            var readCut = MessageScannerTests.Feed(ref cut, text, 1 + random.Next(5));
            var why = $"{random}, message {i}: {text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}";

            (readCut, cut.Violation, cut.IsComplete, cut.IsInBody, cut.LineBytes).ShouldBe((read, whole.Violation, whole.IsComplete, whole.IsInBody, whole.LineBytes), why);
            if (expected is { } length)
            {
                (whole.IsComplete ? read : -1).ShouldBe(length, why);
                (whole.Violation == Violation.None).ShouldBe(length >= 0, why);
            }
            else
            {
                // The model does not know whether what is there can still become good; it knows that it is not complete.
                whole.IsComplete.ShouldBeFalse(why);
            }

            good += expected > 0 ? 1 : 0;
            bad += expected == -1 ? 1 : 0;
        }

        good.ShouldBeGreaterThan(Messages / 10);
        bad.ShouldBeGreaterThan(Messages / 10);
    }

    private static string Message(SeededRandom random)
    {
        var text = new StringBuilder(random.Pick(Starts));
        for (var i = random.Next(4); i > 0; i--)
        {
            text.Append(random.Pick(Headers));
        }

        text.Append("\r\n");
        for (var i = random.Next(4); i > 0; i--)
        {
            text.Append(random.Pick(Bodies));
        }

        for (var i = random.Next(3) - 1; i > 0; i--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(3))
            {
                case 0:
                    text.Remove(at, 1);
                    break;
                case 1:
                    text[at] = Noise[random.Next(Noise.Length)];
                    break;
                default:
                    text.Insert(at, Noise[random.Next(Noise.Length)]);
                    break;
            }
        }

        return text.ToString();
    }
}
