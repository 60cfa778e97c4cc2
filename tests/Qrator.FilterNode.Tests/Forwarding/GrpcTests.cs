using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Forwarding;

public sealed class GrpcTests
{
    private const int Calls = 100;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_unary_call_passes_with_its_trailers(bool tls)
    {
        await using var origin = await StartAsync(EchoAsync, tls);
        await using var node = await TestNode.StartAsync(Settings(origin, tls));
        using var call = new GrpcCall(node.Client, node.Address);

        await call.SendAsync("one");
        call.Complete();

        (await call.ReadAsync()).ShouldBe("HTTP/2 trailers: one");
        (await call.ReadAsync()).ShouldBeNull();
        (await call.TrailerAsync("grpc-status")).ShouldBe("0");
        (await call.TrailerAsync("grpc-message")).ShouldBe("fine");
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"passed\"}", 1);
        await node.ShouldComeToAsync("filternode_inflight_body_bytes{service=\"shop\"}", 0);
    }

    [Fact]
    public async Task A_call_through_a_listener_with_TLS_passes_too()
    {
        var authority = new TestAuthority();
        await using var origin = await StartAsync(EchoAsync);
        var settings = TlsNode.Settings(origin.Address);
        TestNode.Shop(settings)["OriginProtocol"] = "Http2";
        await using var node = await TestNode.StartAsync(settings, folder => TlsNode.Write(folder, "shop", authority.Issue("shop.example"), authority));
        using var client = authority.Client(node.Address, HttpVersion.Version20);
        using var call = new GrpcCall(client, new("https://shop.example/"));

        await call.SendAsync("one");
        call.Complete();

        (await call.ReadAsync()).ShouldBe("HTTP/2 trailers: one");
        (await call.ReadAsync()).ShouldBeNull();
        (await call.TrailerAsync("grpc-status")).ShouldBe("0");
    }

    [Fact]
    public async Task In_a_call_of_two_streams_each_message_passes_before_the_next_is_sent()
    {
        await using var origin = await StartAsync(EchoAsync);
        await using var node = await TestNode.StartAsync(Settings(origin));
        using var call = new GrpcCall(node.Client, node.Address);

        for (var i = 0; i < 10; i++)
        {
            await call.SendAsync($"{i}");
            (await call.ReadAsync()).ShouldBe($"HTTP/2 trailers: {i}");
        }

        call.Complete();
        (await call.ReadAsync()).ShouldBeNull();
        (await call.TrailerAsync("grpc-status")).ShouldBe("0");
    }

    [Fact]
    public async Task A_stream_of_the_client_is_answered_once_and_one_of_the_origin_comes_message_by_message()
    {
        var next = new SemaphoreSlim(0);
        await using var origin = await StartAsync(async context =>
        {
            var count = 0;
            for (; await GrpcMessages.ReadAsync(context.Request.Body) is not null; count++)
            {
            }

            Begin(context);
            for (; count > 0; count--)
            {
                await GrpcMessages.WriteAsync(context.Response.Body, $"{count}");
                await next.WaitAsync();
            }

            End(context, "0");
        });
        await using var node = await TestNode.StartAsync(Settings(origin));
        using var call = new GrpcCall(node.Client, node.Address);

        await call.SendAsync("a");
        await call.SendAsync("b");
        await call.SendAsync("c");
        call.Complete();

        foreach (var expected in (string[])["3", "2", "1"])
        {
            (await call.ReadAsync()).ShouldBe(expected);
            next.Release();
        }

        (await call.ReadAsync()).ShouldBeNull();
        (await call.TrailerAsync("grpc-status")).ShouldBe("0");
    }

    [Fact]
    public async Task An_error_that_is_nothing_but_trailers_passes()
    {
        await using var origin = await StartAsync(context =>
        {
            Begin(context);
            context.Response.Headers["grpc-status"] = "5";
            context.Response.Headers["grpc-message"] = "no such thing";
            return Task.CompletedTask;
        });
        await using var node = await TestNode.StartAsync(Settings(origin));
        using var call = new GrpcCall(node.Client, node.Address);

        call.Complete();

        (await call.ReadAsync()).ShouldBeNull();
        (await call.TrailerAsync("grpc-status")).ShouldBe("5");
        (await call.TrailerAsync("grpc-message")).ShouldBe("no such thing");
    }

    [Fact]
    public async Task A_call_that_the_client_cancels_is_cancelled_at_the_origin_and_its_deadline_gets_there()
    {
        var deadline = "";
        var cancelled = new TaskCompletionSource();
        await using var origin = await StartAsync(async context =>
        {
            deadline = context.Request.Headers["grpc-timeout"];
            context.RequestAborted.Register(cancelled.SetResult);
            Begin(context);
            await GrpcMessages.WriteAsync(context.Response.Body, "begun");
            await cancelled.Task;
        });
        await using var node = await TestNode.StartAsync(Settings(origin));
        node.Client.DefaultRequestHeaders.Add("grpc-timeout", "10S");
        using var call = new GrpcCall(node.Client, node.Address);
        (await call.ReadAsync()).ShouldBe("begun");

        await call.CancelAsync();

        await cancelled.Task;
        deadline.ShouldBe("10S");
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}", 1);
    }

    [Fact]
    public async Task A_stream_that_the_origin_resets_is_reset()
    {
        var seen = new TaskCompletionSource();
        await using var origin = await StartAsync(async context =>
        {
            Begin(context);
            await GrpcMessages.WriteAsync(context.Response.Body, "begun");
            await seen.Task;
            context.Features.Get<IHttpResetFeature>()!.Reset(errorCode: 2);
        });
        await using var node = await TestNode.StartAsync(Settings(origin));
        using var call = new GrpcCall(node.Client, node.Address);

        (await call.ReadAsync()).ShouldBe("begun");
        seen.SetResult();
        await Should.ThrowAsync<IOException>(call.ReadAsync);

        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_error\"}", 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_the_origin_resets_is_always_its_fault(bool answered)
    {
        await using var origin = await StartAsync(async context =>
        {
            if (answered)
            {
                Begin(context);
                await GrpcMessages.WriteAsync(context.Response.Body, "begun");
            }

            await GrpcMessages.ReadAsync(context.Request.Body);
            context.Features.Get<IHttpResetFeature>()!.Reset(errorCode: 2);
        });
        await using var node = await TestNode.StartAsync(Settings(origin));

        await CallOftenAsync(node, async call =>
        {
            if (answered)
            {
                (await call.ReadAsync()).ShouldBe("begun");
                await call.SendAsync("one");
                await Should.ThrowAsync<IOException>(call.ReadAsync);
            }
            else
            {
                await call.SendAsync("one");
                (await call.TrailerAsync("grpc-status")).ShouldBe("14");
            }
        });

        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_error\"}", Calls);
        (await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}")).ShouldBe(0);
    }

    [Fact]
    public async Task A_call_that_the_client_resets_is_never_the_origins_fault()
    {
        await using var origin = await StartAsync(EchoAsync);
        await using var node = await TestNode.StartAsync(Settings(origin));

        await CallOftenAsync(node, async call =>
        {
            await call.SendAsync("one");
            await call.ReadAsync();
            await call.CancelAsync();
        });

        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}", Calls);
        (await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_error\"}")).ShouldBe(0);
    }

    [Fact]
    public async Task An_origin_that_does_not_answer_in_time_is_deadline_exceeded()
    {
        var cancelled = new TaskCompletionSource();
        await using var origin = await StartAsync(async context =>
        {
            context.RequestAborted.Register(cancelled.SetResult);
            await cancelled.Task;
        });
        await using var node = await TestNode.StartAsync(Settings(origin));
        using var call = new GrpcCall(node.Client, node.Address);
        await call.SendAsync("one");
        call.Complete();
        await Eventually.Holds(() => origin.Requests == 1, "the request arrives");

        await Eventually.Holds(() =>
        {
            node.Time.Advance(Minute);
            return call.Answer.IsCompleted;
        }, "the node answers");

        (await call.TrailerAsync("grpc-status")).ShouldBe("4");
        await cancelled.Task;
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_timeout\"}", 1);
        await node.ShouldComeToAsync($"filternode_origin_failures_total{{service=\"shop\",origin=\"{origin.Address}\",reason=\"silent\"}}", 1);
    }

    [Fact]
    public async Task A_stream_on_which_neither_side_sends_is_ended_and_the_origin_is_not_to_blame()
    {
        await using var origin = await StartAsync(EchoAsync);
        var settings = Settings(origin);

        // Their sum is the forwarder's own time, which is real and also runs while the node connects.
        TestNode.Shop(settings)["Timeouts"] = new JsonObject { ["Connect"] = "00:00:03", ["Response"] = "00:00:02" };
        await using var node = await TestNode.StartAsync(settings);
        using var call = new GrpcCall(node.Client, node.Address);

        (await call.TrailerAsync("grpc-status")).ShouldBe("2");

        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"client_aborted\"}", 1);
        (await node.MetricAsync($"filternode_origin_failures_total{{service=\"shop\",origin=\"{origin.Address}\",reason=\"silent\"}}")).ShouldBe(0);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_resource_exhausted()
    {
        await using var origin = await StartAsync(EchoAsync);
        var settings = Settings(origin);
        TestNode.Shop(settings)["InFlightBodyBytes"] = 1_000;
        await using var node = await TestNode.StartAsync(settings);
        using var call = new GrpcCall(node.Client, node.Address);

        await call.SendAsync(new('x', 1_001));

        (await call.TrailerAsync("grpc-status")).ShouldBe("8");
        call.Complete();
        await node.ShouldComeToAsync("filternode_requests_total{service=\"shop\",outcome=\"body_limit\"}", 1);
        await node.ShouldComeToAsync("filternode_inflight_body_bytes{service=\"shop\"}", 0);
    }

    // Which side hears first of an end is different from call to call.
    private static Task CallOftenAsync(TestNode node, Func<GrpcCall, Task> body) => Parallel.ForEachAsync(
        Enumerable.Range(0, Calls),
        new ParallelOptions { MaxDegreeOfParallelism = 8 },
        async (_, _) =>
        {
            using var call = new GrpcCall(node.Client, node.Address);
            await body(call);
        });

    private static Task<TestOrigin> StartAsync(RequestDelegate answer, bool tls = false) => TestOrigin.StartAsync(answer, options =>
    {
        options.Protocols = HttpProtocols.Http2;
        if (tls)
        {
            options.UseHttps(TestCertificate.For("shop.example"));
        }
    });

    private static async Task EchoAsync(HttpContext context)
    {
        Begin(context);
        while (await GrpcMessages.ReadAsync(context.Request.Body) is { } message)
        {
            await GrpcMessages.WriteAsync(context.Response.Body, $"{context.Request.Protocol} {context.Request.Headers.TE}: {message}");
        }

        End(context, "0", "fine");
    }

    private static void Begin(HttpContext context) => context.Response.ContentType = "application/grpc";

    private static void End(HttpContext context, string status, string message = "")
    {
        context.Response.AppendTrailer("grpc-status", status);
        context.Response.AppendTrailer("grpc-message", message);
    }

    private static JsonObject Settings(TestOrigin origin, bool tls = false)
    {
        var settings = TestNode.Settings(tls ? $"https://{origin.Address}" : origin.Address);
        TestNode.Shop(settings)["OriginProtocol"] = "Http2";
        TestNode.Shop(settings)["OriginTls"] = new JsonObject { ["VerifyCertificate"] = false };
        return settings;
    }
}
