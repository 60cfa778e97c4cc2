using System.Text.RegularExpressions;

namespace Qrator.FilterNode.Matching.Expressions;

public class LinearExpressionTests
{
    // The other engine of .NET, and the same meaning.
    private const RegexOptions Reference = RegexOptions.CultureInvariant;

    private const string Letters = "aabbbotBOTcK\u212a.\n 1]-";

    [Theory]
    [InlineData("^/wp-login\\.php$")]
    [InlineData("^Mozilla/\\d\\.\\d .*Bot[/ ]\\d+")]
    [InlineData("(?i)sqlmap|nikto|masscan")]
    [InlineData("(?is)union.+select")]
    [InlineData("(^|/)admin(/|$)")]
    [InlineData("\\bbot\\b")]
    [InlineData("^[a-zA-Z0-9_-]{20,40}$")]
    [InlineData("^$")]
    [InlineData("\\.(php|asp|jsp)x?$")]
    [InlineData("[^\\x20-\\x7e]")]
    [InlineData("(?:a|b)*?c{2}")]
    public void What_people_write_in_rules_needs_no_foreign_engine(string pattern) => Parse(pattern).IsForeign.ShouldBeFalse();

    [Theory]
    [InlineData("\\p{L}")]
    [InlineData("(?<name>a)")]
    [InlineData("a(?i)b")]
    [InlineData("(?x) a # b")]
    [InlineData("[a-z-[aeiou]]")]
    [InlineData("[]a]")]
    [InlineData("a{x}")]
    [InlineData("a{1000}")]
    [InlineData("(?i)\u00e9")]
    public void What_the_reader_does_not_know_runs_on_the_foreign_engine(string pattern) => Parse(pattern).IsForeign.ShouldBeTrue();

    [Theory]
    [InlineData("(")]
    [InlineData("a)")]
    [InlineData("[")]
    [InlineData("[b-a]")]
    [InlineData("a**")]
    [InlineData("a{2,1}")]
    [InlineData("*a")]
    [InlineData("\\")]
    [InlineData("\\q")]
    [InlineData("\\x0")]
    [InlineData("[a-\\d]")]
    [InlineData("(?<=a)b")]
    [InlineData("(?!a)b")]
    [InlineData("(a)\\1")]
    [InlineData("(?>a)b")]
    public void What_is_no_expression_or_cannot_be_decided_in_linear_time_is_refused(string pattern)
    {
        LinearExpression.TryParse(pattern, ignoreCase: false, out var expression, out var problem).ShouldBeFalse();
        expression.ShouldBeNull();
        problem.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("\\d")]
    [InlineData("\\D")]
    [InlineData("\\w")]
    [InlineData("\\W")]
    [InlineData("\\s")]
    [InlineData("\\S")]
    [InlineData(".")]
    [InlineData("(?s).")]
    [InlineData("[^\\d\\s]")]
    [InlineData("[\\W_]")]
    [InlineData("(?i)[a-m]")]
    [InlineData("(?i)[^I-S]")]
    [InlineData("(?i)[Z-k]")]
    [InlineData("[\u00e0-\u00ff\u4e00]")]
    public void A_set_has_exactly_the_letters_that_it_has_in_NET(string pattern)
    {
        var expression = Parse($"{pattern}");
        var reference = new Regex(pattern, Reference);
        expression.IsForeign.ShouldBeFalse();
        for (var letter = 0; letter <= char.MaxValue; letter++)
        {
            var text = ((char)letter).ToString();
            if (expression.IsMatch(text) != reference.IsMatch(text))
            {
                expression.IsMatch(text).ShouldBe(reference.IsMatch(text), $"U+{letter:X4}");
            }
        }
    }

    [Fact]
    public void Without_case_every_ASCII_letter_has_the_cases_that_it_has_in_NET()
    {
        for (var letter = (char)0; letter < 128; letter++)
        {
            var pattern = Regex.Escape(letter.ToString());
            var expression = Parse(pattern, ignoreCase: true);
            var reference = new Regex(pattern, Reference | RegexOptions.IgnoreCase);
            for (var other = 0; other <= char.MaxValue; other++)
            {
                var text = ((char)other).ToString();
                if (expression.IsMatch(text) != reference.IsMatch(text))
                {
                    expression.IsMatch(text).ShouldBe(reference.IsMatch(text), $"{pattern} and U+{other:X4}");
                }
            }
        }
    }

    [Fact]
    public void A_boundary_is_where_it_is_in_NET()
    {
        var (expression, reference) = (Parse("a\\b."), new Regex("a\\b.", Reference));
        for (var letter = 0; letter <= char.MaxValue; letter++)
        {
            var text = $"a{(char)letter}";
            expression.IsMatch(text).ShouldBe(reference.IsMatch(text), $"U+{letter:X4}");
        }
    }

    [Fact]
    public void Random_expressions_mean_what_they_mean_in_NET_and_require_what_they_say()
    {
        string[] elements =
        [
            "a", "b", "c", "ab", "bot", "k", "S", "a+", "b*", "a?", "b+?", ".", "[ab]", "[^a]", "[a-c\\d]", "(a|b)", "(?:ab)", "(ab|bot|c)", "(a|)", "()", "^", "$", "\\A", "\\z", "\\Z",
            "\\b", "\\B", "\\.", "\\w", "\\W", "\\s", "\\n", "a{2}", "b{0,1}", "(?:ab){1,2}", "a{2,}", "(a)*", "(b+|a)*", "|", "\\x61", "\\u0062", "]", "}", "-", "[a-]", "[\\]b]", "(?:^|b)", "(?:a|$)",
        ];
        var own = 0;
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var pattern = (random.Next(8) == 0 ? "(?i)" : "") + string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => elements[random.Next(elements.Length)]));
            var ignoreCase = random.Next(8) == 0;
            if (!LinearExpression.TryParse(pattern, ignoreCase, out var expression, out _))
            {
                continue;
            }

            own += expression!.IsForeign ? 0 : 1;
            var reference = new Regex(pattern, Reference | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None));
            for (var i = 0; i < 25; i++)
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => Letters[random.Next(Letters.Length)]));
                var isMatch = reference.IsMatch(text);
                expression.IsMatch(text).ShouldBe(isMatch, $"\"{pattern}\" and \"{text}\", seed {seed}");
                if (isMatch && expression.RequiredTexts.Count > 0)
                {
                    var folded = expression.IgnoresCase ? text.ToUpperInvariant() : text;
                    expression.RequiredTexts.ShouldAllBe(group => group.Any(required => folded.Contains(required, StringComparison.Ordinal)), $"\"{pattern}\" and \"{text}\", seed {seed}");
                }
            }
        }

        own.ShouldBeGreaterThan(15_000);
    }

    [Theory]
    [InlineData("bot", "bot")]
    [InlineData("^Mozilla/5\\.0 \\(compatible; [a-z]+Bot", "Mozilla/5.0 (compatible;  & Bot")]
    [InlineData("abc+d", "ab & c & d")]
    [InlineData("abc*de", "ab & de")]
    [InlineData("abc{0,2}def", "ab & def")]
    [InlineData("(curl|wget)/\\d", "curl | wget & /")]
    [InlineData("curl|wget|go-http", "curl | wget | go-http")]
    [InlineData("(a|b)xyz", "a | b & xyz")]
    [InlineData("(ab[0-9]cde|fg)[0-9]", "cde | fg")]
    [InlineData("(?:xyz)+[0-9]", "xyz")]
    [InlineData("\\bword\\b", "word")]
    [InlineData("(?i)sql", "SQL")]
    [InlineData("(?i)sqlmap-kali", "SQLMAP- & ALI")]
    [InlineData("a|b*", "")]
    [InlineData("(abc)?", "")]
    [InlineData("[ab]", "")]
    [InlineData("^$", "")]
    public void What_every_match_contains_is_known(string pattern, string texts) => string.Join(" & ", Parse(pattern).RequiredTexts.Select(group => string.Join(" | ", group))).ShouldBe(texts);

    [Fact]
    public void Deciding_allocates_nothing_and_a_long_text_is_no_trap()
    {
        var expression = Parse("(a*)*(a|aa)+b$");
        var text = new string('a', 65_536);

        Allocations.OfOne(() => expression.IsMatch(text)).ShouldBe(0);

        expression.IsMatch(text).ShouldBeFalse();
    }

    private static LinearExpression Parse(string pattern, bool ignoreCase = false)
    {
        LinearExpression.TryParse(pattern, ignoreCase, out var expression, out var problem).ShouldBeTrue(problem);
        return expression!;
    }
}
