namespace Qrator.FilterNode.Origins;

public class OriginAddressTests
{
    [Theory]
    [InlineData("203.0.113.10:80", "203.0.113.10:80", "http://203.0.113.10:80")]
    [InlineData("http://203.0.113.10:80", "203.0.113.10:80", "http://203.0.113.10:80")]
    [InlineData("https://203.0.113.10:443", "https://203.0.113.10:443", "https://203.0.113.10:443")]
    [InlineData("HTTPS://203.0.113.10:8443", "https://203.0.113.10:8443", "https://203.0.113.10:8443")]
    [InlineData("203.0.113.10:443", "203.0.113.10:443", "http://203.0.113.10:443")]
    [InlineData("[2001:DB8::10]:80", "[2001:db8::10]:80", "http://[2001:db8::10]:80")]
    [InlineData("https://[2001:db8::10]:65535", "https://[2001:db8::10]:65535", "https://[2001:db8::10]:65535")]
    public void Address_port_and_scheme_are_read(string text, string expected, string prefix)
    {
        OriginAddress.TryParse(text, out var origin, out var problem).ShouldBeTrue(problem);
        origin.ToString().ShouldBe(expected);
        origin.Https.ShouldBe(expected.StartsWith("https", StringComparison.Ordinal));
        new OriginSnapshot(origin, Tls: null, new(expected)).Prefix.ShouldBe(prefix);
    }

    [Theory]
    [InlineData("")]
    [InlineData("203.0.113.10")]
    [InlineData("203.0.113.10:0")]
    [InlineData("203.0.113.10:65536")]
    [InlineData("203.0.113.10:http")]
    [InlineData("origin.example:80")]
    [InlineData("localhost:80")]
    [InlineData("https://origin.example:443")]
    [InlineData("https://203.0.113.10")]
    [InlineData("https://203.0.113.10:443/")]
    [InlineData("https://203.0.113.10:443/path")]
    [InlineData("https://user@203.0.113.10:443")]
    [InlineData("ftp://203.0.113.10:21")]
    [InlineData("https:203.0.113.10:443")]
    [InlineData("https://https://203.0.113.10:443")]
    [InlineData("2001:db8::10:80")]
    [InlineData("203.0.113:80")]
    [InlineData(" 203.0.113.10:80")]
    public void What_is_no_origin_is_refused_with_an_example(string text)
    {
        OriginAddress.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe($"\"{text}\" is not an origin; ip:port or https://ip:port, such as 203.0.113.10:80");
    }

    [Fact]
    public void Failures_are_counted_by_reason()
    {
        var store = new OriginStore("203.0.113.10:80");
        store.HasFailed.ShouldBeFalse();
        OriginFailure.All.ShouldAllBe(reason => store.Failures(reason) == 0);
        store.CountFailure("refused");
        store.CountFailure("timeout");
        store.CountFailure("refused");
        store.HasFailed.ShouldBeTrue();
        OriginFailure.All.Select(reason => (reason, store.Failures(reason))).Where(failure => failure.Item2 > 0).ShouldBe([("refused", 2L), ("timeout", 1L)]);
    }
}
