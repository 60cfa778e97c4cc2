using System.Text;

namespace Qrator.FilterNode.Pages;

public sealed class PageTemplateTests
{
    [Theory]
    [InlineData("")]
    [InlineData("<p>{request_id} at {time}</p>")]
    [InlineData("{time}{request_id}{time}")]
    [InlineData("{}{{time}}{request_id{request_id}{ time }{Time}")]
    [InlineData("body{color:red} {time")]
    [InlineData("привет, {time}")]
    public void Places_are_filled_and_all_else_stays(string page) => Fill("x" + page).ShouldBe(Naive("x" + page));

    [Fact]
    public void Random_pages_are_filled_as_by_plain_replacing()
    {
        var random = new SeededRandom();
        string[] parts = ["{", "}", "{time}", "{request_id}", "{tim", "e}", "request_id}", "é", " "];
        for (var i = 0; i < 2_000; i++)
        {
            var page = "<" + string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => random.Pick(parts)));
            Fill(page).ShouldBe(Naive(page), random.ToString());
        }
    }

    [Fact]
    public void A_large_page_comes_in_pieces_that_together_are_the_page()
    {
        var page = new string('a', 100_000) + "{time}" + new string('b', 70_000);
        var template = Parse(Encoding.UTF8.GetBytes(page));
        template.Pieces.ShouldAllBe(piece => piece.Text.Length <= PageTemplate.LongestPiece);
        template.LengthWith(0, 4).ShouldBe(170_004);
        Fill(page).ShouldBe(Naive(page));
    }

    [Fact]
    public void What_is_no_page_is_refused_with_the_reason()
    {
        Problem([]).ShouldBe("is empty; an HTML page");
        Problem([.. "caf"u8, 0xE9]).ShouldBe("is not UTF-8; save it so");
        Problem(new byte[PageTemplate.MaximumBytes + 1]).ShouldBe("has 1048577 bytes; at most 1048576");
        PageTemplate.TryParse(new byte[PageTemplate.MaximumBytes], out _, out _).ShouldBeTrue();
    }

    private static string Naive(string page) => page.Replace("{request_id}", "ID", StringComparison.Ordinal).Replace("{time}", "NOW", StringComparison.Ordinal);

    private static string Fill(string page)
    {
        var template = Parse(Encoding.UTF8.GetBytes(page));
        byte[] filled = [.. template.Pieces.SelectMany(piece => piece.Kind switch
        {
            PagePieceKind.RequestId => "ID"u8.ToArray(),
            PagePieceKind.Time => "NOW"u8.ToArray(),
            _ => piece.Text.ToArray(),
        })];
        template.LengthWith(2, 3).ShouldBe(filled.Length);
        return Encoding.UTF8.GetString(filled);
    }

    private static PageTemplate Parse(byte[] page)
    {
        PageTemplate.TryParse(page, out var template, out var problem).ShouldBeTrue(problem);
        return template;
    }

    private static string Problem(byte[] page)
    {
        PageTemplate.TryParse(page, out _, out var problem).ShouldBeFalse();
        return problem;
    }
}
