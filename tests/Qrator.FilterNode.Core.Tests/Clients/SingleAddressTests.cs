namespace Qrator.FilterNode.Clients;

public class SingleAddressTests
{
    [Theory]
    [InlineData("192.0.2.10", "192.0.2.10")]
    [InlineData("192.0.2.10/32", "192.0.2.10")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.10", "192.0.2.10")]
    public void One_address_is_taken(string text, string expected)
    {
        SingleAddress.TryParse(text, out var address, out var problem).ShouldBeTrue(problem);
        address.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("192.0.2.0/24")]
    [InlineData("192.0.2.10/31")]
    [InlineData("2001:db8::/64")]
    [InlineData("0.0.0.0/0")]
    public void A_subnet_is_refused_with_the_reason(string text)
    {
        SingleAddress.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe($"\"{text}\" is a subnet; the whitelist takes single addresses only, because a subnet too easily lets everyone in");
    }

    [Theory]
    [InlineData("office")]
    [InlineData("office/24")]
    [InlineData("192.0.2.10/33")]
    [InlineData("192.0.2.1/24")]
    [InlineData("")]
    public void What_is_no_address_is_refused_without_advice_to_write_a_subnet(string text)
    {
        SingleAddress.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldNotBeEmpty();
        problem.ShouldNotContain("/24 or");
        problem.ShouldNotContain("write 192.0.2.0/24");
    }
}
