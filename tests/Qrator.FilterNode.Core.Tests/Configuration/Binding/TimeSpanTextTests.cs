namespace Qrator.FilterNode.Configuration.Binding;

public class TimeSpanTextTests
{
    [Theory]
    [InlineData("00:30:00", 1_800_000)]
    [InlineData("0:0:1", 1_000)]
    [InlineData("08:00:00", 28_800_000)]
    [InlineData("23:59:59", 86_399_000)]
    [InlineData("1.00:00:00", 86_400_000)]
    [InlineData("00:00:00.050", 50)]
    [InlineData("-00:00:01", -1_000)]
    public void Hours_minutes_and_seconds_are_read(string text, long milliseconds)
    {
        ScalarParser.TryParse(typeof(TimeSpan), text, out var value, out var problem).ShouldBeTrue(problem);
        value.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("30m")]
    [InlineData("1h")]
    [InlineData("PT30M")]
    [InlineData("1800")]
    [InlineData("00:00:60")]
    [InlineData("00:60:00")]
    [InlineData("1:00:00:00")]
    [InlineData("24:00:00")]
    [InlineData("30:00")]
    [InlineData("00:30")]
    [InlineData("5:30")]
    public void What_could_mean_something_else_is_refused(string text)
    {
        ScalarParser.TryParse(typeof(TimeSpan), text, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe($"\"{text}\" is not a time span; hours:minutes:seconds, such as 00:30:00");
    }
}
