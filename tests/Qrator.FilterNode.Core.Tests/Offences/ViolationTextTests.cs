using System.Text.RegularExpressions;

namespace Qrator.FilterNode.Offences;

public sealed class ViolationTextTests
{
    [Fact]
    public void Every_violation_has_a_label_and_a_phrase_of_its_own()
    {
        var all = Enum.GetValues<Violation>();
        ViolationText.Count.ShouldBe(all.Length);
        all.Select(ViolationText.Label).Distinct().Count().ShouldBe(all.Length);
        all.Select(ViolationText.Phrase).Distinct().Count().ShouldBe(all.Length);
        all.ShouldAllBe(violation => Regex.IsMatch(ViolationText.Label(violation), "^[a-z0-9_]+$"));
        ViolationText.Label(Violation.Http2Flood).ShouldBe("http2_flood");
        ViolationText.Phrase(Violation.TwoLengths).ShouldBe("Content-Length with Transfer-Encoding");
    }
}
