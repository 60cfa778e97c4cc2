using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Qrator.FilterNode.ErrorPages;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode;

/// <summary>The pages in a real browser: Debian's Chromium.</summary>
public sealed class BrowserTests
{
    [Theory]
    [InlineData(390, 844)]
    [InlineData(320, 568)]
    [InlineData(1366, 768)]
    public async Task Every_page_fits_the_window_and_can_be_read(int width, int height)
    {
        var pages = string.Concat(ErrorText.Statuses.Select(status => $"<iframe id=\"p{status}\" width=\"{width}\" height=\"{height}\" src=\"/{status}\"></iframe>"));
        var script = """
            <script>onload = () => {
              const lines = [...document.querySelectorAll('iframe')].map(f => {
                const d = f.contentDocument, e = d.documentElement, c = d.querySelector('section').getBoundingClientRect();
                return `${f.id} fits=${e.scrollWidth <= e.clientWidth} tall=${e.scrollHeight <= e.clientHeight} inside=${c.left >= 0 && c.right <= e.clientWidth} text=${d.body.innerText.replace(/\s+/g, ' ')}`;
              });
              document.body.innerText = lines.join('\n');
            }</script>
            """;
        await using var site = await TestOrigin.StartAsync(async context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            if (int.TryParse(context.Request.Path.Value!.TrimStart('/'), CultureInfo.InvariantCulture, out var status) && ErrorText.Statuses.Contains(status))
            {
                await ErrorPage.WriteAsync(context.Response.BodyWriter, QratorPage.Of(status), new('d', 32), DateTimeOffset.UnixEpoch, context.RequestAborted);
                return;
            }

            await context.Response.WriteAsync(pages + script);
        });

        var text = await DumpAsync($"http://{site.Address}/all");

        foreach (var status in ErrorText.Statuses)
        {
            var line = text.Split('\n').Single(line => line.Contains($"p{status} fits=", StringComparison.Ordinal));
            line.ShouldContain("fits=true");
            line.ShouldContain("inside=true");
            line.ShouldContain($"QRATOR {status} {ErrorText.Of(status).Title}");
            line.ShouldContain(new string('d', 32));
            line.ShouldContain("1970-01-01 00:00:00 UTC");
            if (height > 600)
            {
                line.ShouldContain("tall=true");
            }
        }
    }

    [Fact]
    public async Task The_browser_asks_for_nothing_but_the_page()
    {
        await using var node = await TestNode.StartAsync("127.0.0.1:1");

        (await DumpAsync(node.Address.ToString())).ShouldContain("The site cannot be reached");

        // Browsers look for an icon of every site by themselves.
        (await node.MetricAsync("filternode_requests_total{service=\"shop\",outcome=\"origin_unreachable\"}")).ShouldBeInRange(1, 2);
    }

    private static async Task<string> DumpAsync(string address)
    {
        var profile = Directory.CreateTempSubdirectory("chromium-");
        try
        {
            var (exit, output, errors) = await Command.RunAsync(
                profile.FullName,
                "",
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                $"--user-data-dir={profile.FullName}/profile",
                "--virtual-time-budget=10000",
                "--dump-dom",
                address);
            exit.ShouldBe(0, errors);
            return WebUtility.HtmlDecode(output.Replace("<br>", "\n", StringComparison.Ordinal));
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }
}
