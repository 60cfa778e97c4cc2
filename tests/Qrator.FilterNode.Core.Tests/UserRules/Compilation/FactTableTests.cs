using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Matching.Expressions;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Compilation;

public sealed class FactTableTests
{
    [Theory]
    [InlineData("union.+select.+1", "union.+select.+2", "select")]
    [InlineData("Mozilla/5.0 .*EvilBot", "Mozilla/5.0 .*[0-9]{8}", "EvilBot")]
    [InlineData("a.b", "c.d", "a")]
    public void An_expression_is_looked_for_by_what_few_others_need_and_few_requests_have(string pattern, string other, string expected)
    {
        var table = new FactTable();
        var field = new TextField(TextProperty.RequestUri, null);
        var number = table.Use(FactOf(field, pattern));
        table.Use(FactOf(field, other));
        table.RequireTexts();
        table.RequiredOf(number).Select(fact => ((TextFact)table.Facts[fact]).Pattern.Trim()).ShouldBe([expected]);
    }

    private static RegexFact FactOf(TextField field, string pattern)
    {
        LinearExpression.TryParse(pattern, ignoreCase: false, out var expression, out _).ShouldBeTrue();
        return new(field, expression!);
    }
}
