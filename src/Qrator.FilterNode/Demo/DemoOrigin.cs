using System.Text;

namespace Qrator.FilterNode.Demo;

/// <summary>A small web server to try the node with: it says what it received.</summary>
internal static class DemoOrigin
{
    public static async Task AnswerAsync(HttpContext context)
    {
        var text = new StringBuilder("This is the demo origin. It received:\n\n");
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n");
        foreach (var (name, value) in context.Request.Headers)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {value}\n");
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
