using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Connections;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;
using Qrator.FilterNode.Requests;
using Qrator.FilterNode.Statistics;
using Qrator.FilterNode.Telemetry;
using Qrator.FilterNode.Time;

namespace Qrator.FilterNode.AccessLogs;

public sealed class AccessLineTests
{
    private static readonly ListenAddress Address = ListenAddress.TryParse("127.0.0.1:8080", out var address, out _) ? address : throw new FormatException();
    private static readonly FilterNodeConfig Config = new() { Listeners = [new() { Address = Address }], AccessLog = new() { Path = "access.log" } };
    private static readonly NodeSnapshot Node = SnapshotCompiler.Compile(Config, new LastByteCountry(), new(new Lists.ListJournals()));
    private static readonly NodeClock Clock = new(TimeProvider.System);

    [Fact]
    public void Every_property_that_a_rule_can_read_comes_back_from_a_JSON_line_whatever_the_client_sent()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var context = Any(random);
            var feature = FeatureOf(context);
            feature.Client = ClientKey.FromIPv4((uint)random.Next());
            var record = RecordOf(context, feature);
            record.Status = random.Next(100, 1_000);
            record.OriginWait = new TimeSpan(random.NextInt64(TimeSpan.TicksPerHour));
            record.Location = Text(random);
            record.ContentType = random.Next(2) == 0 ? null : Text(random);

            var line = JsonOf(record);

            line.Count(b => b == '\n').ShouldBe(1);
            line.ShouldAllBe(b => b == '\n' || (b >= ' ' && b <= '~'));
            var told = new LoggedRequest(JsonDocument.Parse(line).RootElement);
            ShouldBeTheSame(new HttpRequestView(context, feature), told, context, seed);
            told.Status.ShouldBe(record.Status);
            told.Duration.ShouldBe(record.OriginWait.Value);
            (told.TryGetHeader("Location", out var location), location.ToString()).ShouldBe((true, record.Location));
            (told.TryGetHeader("Content-Type", out var type), type.ToString()).ShouldBe((record.ContentType is not null, record.ContentType ?? ""));
        }
    }

    [Fact]
    public void A_combined_line_is_one_line_of_ASCII_with_six_quotes_whatever_the_client_sent()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var context = Any(new(seed));

            var line = CombinedLine.Of(RecordOf(context, FeatureOf(context)));

            line.ShouldAllBe(c => c == '\n' || (c >= ' ' && c <= '~'));
            line.IndexOf('\n', StringComparison.Ordinal).ShouldBe(line.Length - 1);
            line.Count(c => c == '"').ShouldBe(6);
        }
    }

    [Fact]
    public void A_combined_line_is_what_Apache_writes()
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = "/a?b=%22";
        (context.Request.Method, context.Request.Protocol, context.Request.Scheme, context.Request.Host) = ("GET", "HTTP/1.1", "http", new("x:8080"));
        context.Request.Headers.UserAgent = "agent \"7\"";
        var record = RecordOf(context, FeatureOf(context));
        record.Client = ClientKey.FromIPv4(0xC000_0207);
        record.Time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        record.Status = 404;
        record.Sent = 17;

        CombinedLine.Of(record).ShouldBe("192.0.2.7 - - [02/Jan/2026:03:04:05 +0000] \"GET /a?b=%22 HTTP/1.1\" 404 17 \"-\" \"agent \\u00227\\u0022\"\n");
        (record.Status, record.Outcome) = (0, Outcome.Blacklisted);
        CombinedLine.Of(record).ShouldContain("HTTP/1.1\" 444 17");
        record.Outcome = Outcome.ClientAborted;
        CombinedLine.Of(record).ShouldContain("HTTP/1.1\" 499 17");
    }

    [Fact]
    public void What_does_not_fit_into_the_memory_of_the_log_is_dropped_and_counted()
    {
        const int Room = 10;
        var context = new DefaultHttpContext();
        var log = new AccessLog(Room * RecordOf(context, FeatureOf(context)).Bytes);

        for (var i = 0; i < 3 * Room; i++)
        {
            log.End(context, FeatureOf(context), answered: false);
        }

        var kept = 0;
        while (log.TryTake(out _))
        {
            kept++;
        }

        kept.ShouldBe(Room);
        var text = new Metrics.MetricsWriter();
        log.Status.Write(text);
        text.ToString().ShouldContain($"filternode_access_log_requests_total{{result=\"dropped\"}} {2 * Room}\n");
        log.End(context, FeatureOf(context), answered: false);
        log.TryTake(out _).ShouldBeTrue("there is room again");
    }

    [Fact]
    public void While_log_and_traces_are_off_a_request_allocates_nothing_for_them()
    {
        var off = SnapshotCompiler.Compile(Config with { AccessLog = null }, countries: null, new(new Lists.ListJournals()));
        var context = new DefaultHttpContext();
        var request = new RequestFeature(off, Clock, FeatureOf(context).Connection);
        var (log, traces) = (new AccessLog(), new RequestTraces());
        void Pass()
        {
            var span = traces.Begin();
            AccessLog.Begin(context, request);
            RequestTraces.End(span, context, request);
            log.End(context, request, answered: true);
        }

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                Pass();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // A collection counts what it takes from the thread's own piece of memory as allocated.
        Pass();
        Enumerable.Range(0, 10).Min(_ => Allocated()).ShouldBe(0);
    }

    private static void ShouldBeTheSame(HttpRequestView seen, LoggedRequest told, HttpContext context, int seed)
    {
        told.ContentLength.ShouldBe(seen.ContentLength);
        told.Country.ShouldBe(seen.Country);
        told.RequestId.ShouldBe(seen.RequestId);
        var asked = from property in Enum.GetValues<TextProperty>()
                    where property != TextProperty.ResponseHeader
                    from name in property switch
                    {
                        TextProperty.Header => context.Request.Headers.Keys.Append("X-Absent"),
                        TextProperty.Cookie => ["a", "b", "absent"],
                        _ => [""],
                    }
                    select (property, name);
        foreach (var (property, name) in asked)
        {
            var there = seen.TryGetText(property, name, out var value);
            (told.TryGetText(property, name, out var read), read.ToString()).ShouldBe((there, value.ToString()), $"{property} {name}, seed {seed}");
        }
    }

    private static DefaultHttpContext Any(Random random)
    {
        var context = new DefaultHttpContext();
        var request = context.Request;
        (request.Method, request.Protocol, request.Scheme) = (random.Next(2) == 0 ? "GET" : "QUERY", "HTTP/1.1", "http");
        request.Host = new(random.Next(2) == 0 ? "shop.example:8080" : "[2001:db8::1]:80");
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = random.Next(4) == 0 ? "http://other.example/x" : "/" + Text(random);
        request.Path = "/" + Text(random);
        request.QueryString = random.Next(2) == 0 ? QueryString.Empty : new("?" + Text(random));
        if (random.Next(2) == 0)
        {
            request.ContentLength = random.NextInt64(long.MaxValue);
        }

        foreach (var name in (string[])["User-Agent", "Referer", "X-One", "x-\u00e9", "Accept"])
        {
            if (random.Next(2) == 0)
            {
                request.Headers[name] = new StringValues([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Text(random))]);
            }
        }

        request.Headers.Cookie = new StringValues(["a=" + Text(random), "b=" + Text(random)]);
        return context;
    }

    // All that Kestrel could hand on, and what it would not.
    private static string Text(Random random) =>
        new([.. Enumerable.Range(0, random.Next(20)).Select(_ => (char)(random.Next(4) == 0 ? random.Next(0xD800) : random.Next(0x100)))]);

    private static RequestFeature FeatureOf(HttpContext context)
    {
        var connection = new ConnectionFeature(null!, 0, ClientKey.FromIPv4(0x7F00_0001), null!);
        context.Response.StatusCode = 200;
        return new(Node, Clock, connection);
    }

    private static AccessRecord RecordOf(HttpContext context, RequestFeature feature) =>
        new(context.Request, feature.RequestUri(context.Request)) { Node = Node, Client = feature.Client, RequestId = feature.RequestId };

    private static byte[] JsonOf(AccessRecord record)
    {
        var text = new ArrayBufferWriter<byte>();
        new JsonLine(text).Write(record);
        return text.WrittenSpan.ToArray();
    }

    // By the last five bits of the address; some have none.
    private sealed class LastByteCountry : ICountryLookup
    {
        public CountryCode Find(in ClientKey client) =>
            CountryCode.TryPack([(char)('A' + (client.IPv4 & 31)), 'U'], out var code) ? code : CountryCode.Unknown;
    }
}
