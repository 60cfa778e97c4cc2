namespace Qrator.FilterNode.Statistics.Intervals;

public class IntervalEncodingTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        var random = new SeededRandom();
        for (var i = 0; i < 500; i++)
        {
            var counts = RandomCounts.Next(random);
            RandomCounts.Values(IntervalEncoding.Decode(IntervalEncoding.Encode(counts))).ShouldBe(RandomCounts.Values(counts), random.ToString());
        }
    }

    [Fact]
    public void Of_many_codes_the_rarest_are_kept_as_one_and_none_is_lost()
    {
        var counts = new IntervalCounts();
        for (var code = 100; code < 1_000; code++)
        {
            counts[IntervalLayout.OfCode(code)] = code;
        }

        var read = IntervalEncoding.Decode(IntervalEncoding.Encode(counts))!;

        read.Codes.ShouldBe(Enumerable.Range(1_000 - IntervalEncoding.MostCodes, IntervalEncoding.MostCodes).Select(code => (code, (long)code)));
        read.OtherCodes.ShouldBe(counts.Codes.Sum(code => code.Count) - read.Codes.Sum(code => code.Count));
    }

    [Fact]
    public void The_largest_values_of_all_numbers_fit()
    {
        var counts = new IntervalCounts();
        for (var number = 0; number < IntervalLayout.Count; number++)
        {
            counts[number] = long.MaxValue / 2_000;
        }

        IntervalEncoding.Encode(counts).Length.ShouldBeLessThanOrEqualTo(IntervalEncoding.MostBytes);
    }

    [Fact]
    public void A_quiet_interval_takes_a_byte() => IntervalEncoding.Encode(new()).Length.ShouldBe(1);

    [Fact]
    public void Bytes_that_are_none_are_refused_and_never_throw()
    {
        IntervalEncoding.Decode([]).ShouldBeNull();
        IntervalEncoding.Decode([2]).ShouldBeNull();
        IntervalEncoding.Decode([1, 5]).ShouldBeNull();
        IntervalEncoding.Decode([1, 0xFF, 0xFF, 0x7F, 1]).ShouldBeNull();
        var random = new SeededRandom();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(30)];
            random.NextBytes(bytes);
            IntervalEncoding.Decode([1, .. bytes]);
        }
    }

    [Fact]
    public void The_values_have_numbers_of_their_own_which_disks_remember()
    {
        Enum.GetValues<Outcome>().Length.ShouldBeLessThanOrEqualTo(IntervalLayout.Durations);
        var numbers = Enum.GetValues<Outcome>().Select(IntervalLayout.Of)
            .Concat(Enumerable.Range(IntervalLayout.Durations, IntervalCounts.DurationBuckets))
            .Concat(Enum.GetValues<Traffic.TrafficKind>().SelectMany(kind => new[] { IntervalLayout.ReceivedOf(kind), IntervalLayout.SentOf(kind) }))
            .Concat([IntervalLayout.Connections, IntervalLayout.PassedConnections, IntervalLayout.OtherCodes])
            .Concat(Enum.GetValues<Lists.ListSource>().Select(IntervalLayout.SizeOf))
            .Concat(from source in Enum.GetValues<Lists.ListSource>() from change in Enum.GetValues<Lists.ListChange>() select IntervalLayout.ChangesOf(source, change))
            .Concat(Enumerable.Range(100, 900).Select(IntervalLayout.OfCode))
            .ToList();

        numbers.ShouldBeUnique();
        numbers.ShouldAllBe(number => number >= 0 && number < IntervalLayout.Count);
        (IntervalLayout.Of(Outcome.UnknownHost), IntervalLayout.SentOf(Traffic.TrafficKind.Dropped), IntervalLayout.OfCode(200)).ShouldBe((10, 51, 228));
    }
}
