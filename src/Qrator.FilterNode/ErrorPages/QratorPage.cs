using System.Globalization;

namespace Qrator.FilterNode.ErrorPages;

/// <summary>The QRATOR error page: one self-contained HTML document under 4 KB, without scripts and without anything of the inside.</summary>
internal static class QratorPage
{
    public static string Html(int status, string requestId, DateTimeOffset now)
    {
        var (title, advice) = ErrorText.Of(status);
        return $$$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{{{status}}} {{{title}}}</title>
            <style>
            :root{color-scheme:light dark}
            *{box-sizing:border-box}
            body{margin:0;min-height:100vh;display:flex;flex-direction:column;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#1b2330;background:#f4f6f9}
            header{padding:20px 28px;font-weight:700;letter-spacing:.22em;color:#0b5cd5}
            main{flex:1;display:flex;align-items:center;justify-content:center;padding:0 20px 10vh}
            section{width:100%;max-width:560px;background:#fff;border:1px solid #dde3ec;border-top:4px solid #0b5cd5;border-radius:8px;padding:32px}
            .code{font-size:64px;line-height:1;font-weight:700;margin:0 0 12px;color:#0b5cd5}
            h1{font-size:24px;line-height:1.25;margin:0 0 8px}
            p{margin:0 0 20px}
            dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;margin:0;padding-top:16px;border-top:1px solid #dde3ec;font-size:13px;color:#586377}
            dd{margin:0;font-family:ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
            @media(prefers-color-scheme:dark){body{background:#10151d;color:#e6ebf3}section{background:#19202b;border-color:#2b3545;border-top-color:#5b9bff}header,.code{color:#5b9bff}dl{border-color:#2b3545;color:#9aa6b8}}
            </style>
            </head>
            <body>
            <header>QRATOR</header>
            <main><section>
            <p class="code">{{{status}}}</p>
            <h1>{{{title}}}</h1>
            <p>{{{advice}}}</p>
            <dl><dt>Request</dt><dd>{{{requestId}}}</dd><dt>Time</dt><dd>{{{now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}}} UTC</dd></dl>
            </section></main>
            </body>
            </html>
            """;
    }
}
