namespace Qrator.FilterNode.RateLimits;

public sealed class BucketLimitsTests
{
    [Theory]
    [InlineData("0.001", 0)]
    [InlineData("2", 10)]
    [InlineData("0.5", 1)]
    [InlineData("33.333", 3)]
    [InlineData("1000000", 1_000_000)]
    public void Values_in_range_are_kept(string rate, int burst)
    {
        var limits = BucketLimits.Create(decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture), burst);
        limits.Rate.ShouldBe(decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture));
        limits.Burst.ShouldBe(burst);
    }

    [Theory]
    [InlineData("0", 1, "rate 0; 0.001 to 1000000 requests a second, in steps of 0.001")]
    [InlineData("-1", 1, "rate -1; 0.001 to 1000000 requests a second, in steps of 0.001")]
    [InlineData("0.3333", 1, "rate 0.3333; 0.001 to 1000000 requests a second, in steps of 0.001")]
    [InlineData("1000000.001", 1, "rate 1000000.001; 0.001 to 1000000 requests a second, in steps of 0.001")]
    [InlineData("1", -1, "burst -1; 0 to 1000000 requests")]
    [InlineData("1", 1_000_001, "burst 1000001; 0 to 1000000 requests")]
    public void Values_out_of_range_are_refused_with_the_reason(string rate, int burst, string problem)
    {
        var value = decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture);
        BucketLimits.TryCreate(value, burst, out _, out var message).ShouldBeFalse();
        message.ShouldBe(problem);
        Should.Throw<ArgumentException>(() => BucketLimits.Create(value, burst)).Message.ShouldBe(problem);
    }

    [Fact]
    public void Default_limits_are_the_strictest() => default(BucketLimits).ShouldBe(BucketLimits.Create(0.001m, 0));
}
