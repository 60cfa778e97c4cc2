using System.Text;
using Qrator.FilterNode.Forwarding.Http1;

namespace Qrator.FilterNode.Forwarding;

public sealed class RepeatedTextsTests
{
    private static readonly string[] Values = ["", "a", "text/html; charset=utf-8", "Sun, 22 Nov 2026 20:00:00 GMT", "Sun, 22 Nov 2026 20:00:01 GMT", "caf\u00e9", "cafe", "\u00ff", new('x', 256), new('x', 257)];

    [Fact]
    public void Each_value_is_read_as_it_is_whatever_was_there_before()
    {
        var texts = new RepeatedTexts();
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var value = Values[random.Next(Values.Length)];
            texts.Of(random.Next(20), Encoding.Latin1.GetBytes(value)).ShouldBe(value);
        }
    }

    [Fact]
    public void Nothing_is_made_for_a_value_that_comes_again()
    {
        var texts = new RepeatedTexts();
        var first = texts.Of(3, "nginx"u8);
        texts.Of(3, "nginx"u8).ShouldBeSameAs(first);
        texts.Of(4, "nginx"u8).ShouldNotBeSameAs(first);
        var longValue = Encoding.Latin1.GetBytes(Values[^1]);
        texts.Of(3, longValue).ShouldNotBeSameAs(texts.Of(3, longValue));
    }
}
