using System.Collections.Frozen;
using System.Text;
using Qrator.FilterNode.Pages;

namespace Qrator.FilterNode.ErrorPages;

/// <summary>
/// The QRATOR error pages: each one self-contained HTML document under 4 KB, for small and large windows, light and dark, without scripts and
/// without anything of the inside.
/// </summary>
internal static class QratorPage
{
    private static readonly FrozenDictionary<int, PageTemplate> Pages = ErrorText.Statuses.ToFrozenDictionary(status => status, Make);

    /// <summary>The page for one of <see cref="ErrorText.Statuses"/>.</summary>
    public static PageTemplate Of(int status) => Pages[status];

    private static PageTemplate Make(int status) =>
        PageTemplate.TryParse(Encoding.UTF8.GetBytes(Html(status)), out var page, out var problem) ? page : throw new InvalidOperationException(problem);

    private static string Html(int status)
    {
        var (title, advice) = ErrorText.Of(status);
        return $$$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="robots" content="noindex">
            <title>{{{status}}} – {{{title}}}</title>
            <style>
            :root{--ink:#16202e;--soft:#5a6678;--line:#dfe5ee;--back:#f3f6fa;--card:#fff;--brand:#0a56c9}
            @media(prefers-color-scheme:dark){:root{--ink:#e8edf5;--soft:#9ba8bb;--line:#2a3546;--back:#0e141d;--card:#161e2a;--brand:#6ea8ff}}
            *{box-sizing:border-box;margin:0}
            body{min-height:100vh;display:flex;flex-direction:column;font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:var(--ink);background:var(--back)}
            header,footer{width:100%;max-width:46rem;margin:0 auto;padding:1.5rem}
            header{display:flex;align-items:center;gap:.6rem;font-weight:700;letter-spacing:.2em;color:var(--brand)}
            main{flex:1;display:flex;align-items:center;width:100%;max-width:46rem;margin:0 auto;padding:0 1.5rem}
            section{width:100%;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:clamp(1.5rem,5vw,3rem);box-shadow:0 12px 32px rgba(16,32,64,.07)}
            .code{font-size:clamp(3.5rem,12vw,5.5rem);line-height:1;font-weight:800;letter-spacing:-.03em;color:var(--brand)}
            h1{font-size:clamp(1.35rem,4vw,1.75rem);line-height:1.25;margin:.75rem 0 .5rem}
            .advice{color:var(--soft);max-width:34rem}
            dl{display:flex;flex-wrap:wrap;gap:1rem 2.5rem;margin-top:2rem;padding-top:1.25rem;border-top:1px solid var(--line)}
            dt{font-size:.75rem;color:var(--soft)}
            dd{font:.8125rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
            footer{font-size:.8125rem;color:var(--soft)}
            </style>
            </head>
            <body>
            <header><svg width="26" height="28" viewBox="0 0 26 28" aria-hidden="true"><path fill="currentColor" d="M13 0 26 4.6V13c0 7-5.4 12.4-13 15C5.4 25.4 0 20 0 13V4.6z"/><path fill="none" stroke="var(--back)" stroke-width="2.6" d="m7.5 13.5 4 4 7.5-8"/></svg>QRATOR</header>
            <main><section>
            <p class="code">{{{status}}}</p>
            <h1>{{{title}}}</h1>
            <p class="advice">{{{advice}}}</p>
            <dl><div><dt>Request ID</dt><dd>{request_id}</dd></div><div><dt>Time</dt><dd>{time}</dd></div></dl>
            </section></main>
            <footer>If this keeps happening, please contact the owner of the site and include the request ID above.</footer>
            </body>
            </html>
            """;
    }
}
