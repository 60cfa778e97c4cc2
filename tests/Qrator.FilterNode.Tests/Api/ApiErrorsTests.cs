using System.Text.Json;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Api;

public sealed class ApiErrorsTests : IClassFixture<SharedNode>
{
    private const string Known =
        "known: blacklist_append, blacklist_remove, blacklist_flush, blacklist_get, whitelist_append, whitelist_remove, whitelist_flush, whitelist_get, "
        + "blacklist_check, whitelist_check, ip_status, maintenance_mode_get, maintenance_mode_set, ";

    private readonly TestNode _node;

    public ApiErrorsTests(SharedNode shared) => _node = shared.Node;

    [Theory]
    [InlineData("blacklist_append", """[["203.0.113.1", 0], ["203.0.113.2", 0], ["203.0.113.3", 0], ["203.0.113.4", "abc"]]""", "params[3][1]: \"abc\" is not a number of seconds; 0 (permanent) to 315360000")]
    [InlineData("blacklist_append", """[["203.0.113.1", -1]]""", "params[0][1]: -1 is not a number of seconds; 0 (permanent) to 315360000")]
    [InlineData("blacklist_append", """[["203.0.113.1", 315360001]]""", "params[0][1]: 315360001 is not a number of seconds; 0 (permanent) to 315360000")]
    [InlineData("blacklist_append", """[["203.0.113.1", 1.5]]""", "params[0][1]: 1.5 is not a number of seconds; 0 (permanent) to 315360000")]
    [InlineData("blacklist_append", """[["203.0.113.1", true]]""", "params[0][1]: true is not a number of seconds; 0 (permanent) to 315360000")]
    [InlineData("blacklist_append", """[["203.0.113.1", null]]""", "params[0][1]: null is not a number of seconds; 0 (permanent) to 315360000")]
    [InlineData("blacklist_append", """[["203.0.113.1", 1e400]]""", "params[0][1]: 1e400 is not a number of seconds; 0 (permanent) to 315360000")]
    [InlineData("blacklist_append", """[["203.0.113", 60]]""", "params[0][0]: \"203.0.113\" is not an address or subnet; such as 198.51.100.7, 198.51.100.0/24 or 2001:db8::/32")]
    [InlineData("blacklist_append", """[["010.0.0.1", 60]]""", "params[0][0]: \"010.0.0.1\" is not an address or subnet; such as 198.51.100.7, 198.51.100.0/24 or 2001:db8::/32")]
    [InlineData("blacklist_append", """[[3405803783, 60]]""", "params[0][0]: 3405803783 is not an address or subnet; such as \"198.51.100.7\", \"198.51.100.0/24\" or \"2001:db8::/32\"")]
    [InlineData("blacklist_append", """[["203.0.113.1/24", 60]]""", "params[0][0]: \"203.0.113.1/24\" has bits set behind its length; write 203.0.113.0/24")]
    [InlineData("blacklist_append", """[["203.0.113.0/33", 60]]""", "params[0][0]: \"203.0.113.0/33\": /33 is too long; at most /32")]
    [InlineData("blacklist_append", """[["0.0.0.0/0", 60]]""", "params[0][0]: 0.0.0.0/0 is too wide; /8 or longer")]
    [InlineData("blacklist_append", """[["2001::/18", 60]]""", "params[0][0]: 2001::/18 is too wide; /19 or longer")]
    [InlineData("whitelist_append", """[["203.0.113.0/24", 60]]""", "params[0][0]: 203.0.113.0/24 is a subnet; the whitelist takes single addresses only, because a subnet too easily lets everyone in")]
    [InlineData("blacklist_append", """[["203.0.113.1", 60, 5]]""", "params[0][2]: 5 is not a comment; printable text of at most 256 characters, or null")]
    [InlineData("blacklist_append", """[["203.0.113.1", 60, "a\nb"]]""", "params[0][2]: \"a\\u005cnb\" is not a comment; printable text of at most 256 characters, or null")]
    [InlineData("blacklist_append", """[["203.0.113.1", 60, "\ud800"]]""", "params[0][2]: \"\\u005cud800\" is not a comment; printable text of at most 256 characters, or null")]
    [InlineData("blacklist_append", """[["203.0.113.1"]]""", "params[0]: 1 values; address, seconds and, if wanted, a comment")]
    [InlineData("blacklist_append", """[["203.0.113.1", 0, "", 0]]""", "params[0]: 4 values; address, seconds and, if wanted, a comment")]
    [InlineData("blacklist_append", """["203.0.113.1"]""", "params[0]: \"203.0.113.1\"; an array of address, seconds and, if wanted, a comment")]
    [InlineData("blacklist_append", """{"ip": 1}""", "params: an object; [[\"203.0.113.7\", 3600, \"comment\"], ...]")]
    [InlineData("blacklist_append", "null", "params: null; [[\"203.0.113.7\", 3600, \"comment\"], ...]")]
    [InlineData("blacklist_remove", """["203.0.113.1", "x"]""", "params[1]: \"x\" is not an address or subnet; such as 198.51.100.7, 198.51.100.0/24 or 2001:db8::/32")]
    [InlineData("whitelist_remove", "\"203.0.113.1\"", "params: \"203.0.113.1\"; [\"203.0.113.7\", ...]")]
    [InlineData("blacklist_flush", """["203.0.113.1"]""", "params: an array where there are none; []")]
    [InlineData("blacklist_get", """["list"]""", "params: \"list\" is not a form that entries come in; \"tuple\", or [\"tuple\", offset, count]")]
    [InlineData("blacklist_get", """["tuple", -1]""", "params[1]: -1 is not a number of entries; 0 to 2147483647")]
    [InlineData("blacklist_get", """["tuple", 0, "5"]""", "params[2]: \"5\" is not a number of entries; 0 to 2147483647")]
    [InlineData("blacklist_get", """["tuple", 0, 1, 2]""", "params: 4 values; \"tuple\", or [\"tuple\", offset, count]")]
    [InlineData("blacklist_get", """{}""", "params: an object is not a form that entries come in; \"tuple\", or [\"tuple\", offset, count]")]
    [InlineData("ip_status", "[]", "params: an array; one address, such as [\"203.0.113.7\"]")]
    [InlineData("blacklist_check", """["nowhere"]""", "params[0]: \"nowhere\" is not an address or subnet; such as 198.51.100.7, 198.51.100.0/24 or 2001:db8::/32")]
    [InlineData("maintenance_mode_set", "[]", "params: an array that is not one object with until; [{\"until\": Unix seconds}], or [{\"until\": null}] for off")]
    [InlineData("maintenance_mode_set", """[{"until": "tomorrow"}]""", "params[0].until: \"tomorrow\" is not a moment in Unix seconds, nor null")]
    [InlineData("ping", "[1]", "params: an array where there are none; []")]
    public async Task A_wrong_parameter_is_answered_with_a_sentence_and_nothing_is_done(string method, string parameters, string sentence)
    {
        (await _node.FailAsync($$"""{"method": "{{method}}", "params": {{parameters}}, "id": 1}""")).ShouldBe(sentence);

        (await _node.EntriesAsync("blacklist")).ShouldBeEmpty();
        (await _node.EntriesAsync("whitelist")).ShouldBeEmpty();
        _node.Log.Count("api:").ShouldBe(0);
    }

    [Fact]
    public async Task One_wrong_entry_of_many_keeps_all_out()
    {
        var good = string.Join(',', Enumerable.Range(1, 99).Select(i => $"[\"203.0.113.{i}\", 0]"));

        (await _node.FailAsync($$"""{"method": "blacklist_append", "params": [{{good}}, ["203.0.113.999", 0]]}""")).ShouldStartWith("params[99][0]: ");

        (await _node.EntriesAsync("blacklist")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_comment_has_at_most_256_characters()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        await node.CallAsync("blacklist_append", $"""[["203.0.113.7", 0, "{new string('x', 256)}"]]""");
        (await _node.FailAsync($$"""{"method": "blacklist_append", "params": [["203.0.113.8", 0, "{{new string('x', 257)}}"]]}"""))
            .ShouldBe("params[0][2]: a comment of 257 characters; at most 256");
    }

    [Theory]
    [InlineData("", "the body is not JSON (line 1, byte 1); UTF-8 such as {\"method\": \"ping\", \"params\": [], \"id\": 1}")]
    [InlineData("{\"method\": \"ping\",\n\"id\": 1", "the body is not JSON (line 2, byte 8); UTF-8 such as {\"method\": \"ping\", \"params\": [], \"id\": 1}")]
    [InlineData("[]", "the body is an array; an object such as {\"method\": \"ping\", \"params\": [], \"id\": 1}")]
    [InlineData("5", "the body is a number; an object such as {\"method\": \"ping\", \"params\": [], \"id\": 1}")]
    [InlineData("{\"method\": \"ping\", \"method\": \"ping\"}", "method stands there 2 times; once")]
    [InlineData("{\"\\ud800\": 1}", "the name of a member is not Unicode text")]
    public async Task A_body_that_is_no_call_is_answered_with_a_sentence(string body, string sentence)
    {
        (await _node.FailAsync(body)).ShouldBe(sentence);
    }

    [Theory]
    [InlineData("{}", "method is missing; " + Known)]
    [InlineData("{\"method\": 5}", "method: 5 is not a name; " + Known)]
    [InlineData("{\"method\": \"blacklist_drop\"}", "there is no method \"blacklist_drop\"; " + Known)]
    [InlineData("{\"method\": \"PING\"}", "there is no method \"PING\"; " + Known)]
    public async Task An_unknown_method_is_answered_with_the_known_ones(string body, string beginning)
    {
        (await _node.FailAsync(body)).ShouldStartWith(beginning);
    }

    [Fact]
    public async Task An_unknown_service_is_answered_with_the_known_ones()
    {
        (await _node.FailAsync("""{"method": "ping", "id": 1}""", "shopp")).ShouldBe("there is no service shopp; known: shop");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-1.50e+3")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("\"abc \\u00e9 \\ud800\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[1, {\"a\": [null]}]")]
    [InlineData("{\"a\": 1}")]
    public async Task The_id_comes_back_as_it_was_sent(string id)
    {
        (await _node.PostAsync($$"""{"id": {{id}}, "method": "ping", "jsonrpc": "2.0"}""")).GetProperty("id").GetRawText().ShouldBe(id);
        (await _node.PostAsync($$"""{"id": {{id}}, "method": "pong"}""")).GetProperty("id").GetRawText().ShouldBe(id);
    }

    [Theory]
    [InlineData("""{"method": "ping"}""")]
    [InlineData("""{"method": "nothing"}""")]
    [InlineData("not JSON")]
    public async Task Without_an_id_the_id_of_the_answer_is_null(string body)
    {
        (await _node.PostAsync(body)).GetProperty("id").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
