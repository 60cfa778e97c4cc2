namespace Qrator.FilterNode.Configuration;

public class RedirectTargetTests
{
    [Theory]
    [InlineData("https://status.example", "status.example", "/")]
    [InlineData("https://status.example/", "Status.Example.:8443", "/")]
    [InlineData("http://status.example:8080/a?b=c", "status.example", "/a?b=c")]
    [InlineData("https://[2001:db8::1]/x#top", "[2001:db8::1]:80", "/x")]
    [InlineData("/maintenance.html", "any.example", "/maintenance.html")]
    [InlineData("/m?x=1#top", null, "/m?x=1")]
    public void A_place_is_taken_as_written_and_known_when_it_is_asked_for(string text, string? host, string target)
    {
        RedirectTarget.TryParse(text, out var place, out _).ShouldBeTrue();
        place.ToString().ShouldBe(text);
        place.IsAskedFor(host, target).ShouldBeTrue();
        place.IsAskedFor(host, target + "x").ShouldBeFalse();
        place.IsAskedFor("other.example", target).ShouldBe(text[0] == '/');
    }

    [Theory]
    [InlineData("")]
    [InlineData("status.example")]
    [InlineData("maintenance.html")]
    [InlineData("//status.example/")]
    [InlineData("/\\status.example/")]
    [InlineData("ftp://status.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://")]
    [InlineData("https://status.example/ x")]
    [InlineData("/a\r\nSet-Cookie: a=b")]
    [InlineData("/привет")]
    public void Anything_else_is_refused(string text)
    {
        RedirectTarget.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldContain("an absolute URL such as https://status.example/ or a path");
    }
}
