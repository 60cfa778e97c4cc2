using System.Text;
using BenchmarkDotNet.Attributes;
using Qrator.FilterNode.Http1;

namespace Qrator.FilterNode;

/// <summary>What the guard costs a request: a head as browsers send it (about 500 bytes), and the smallest that tools send.</summary>
[MemoryDiagnoser]
public class MessageScannerBenchmarks
{
    private readonly byte[] _browser = Encoding.ASCII.GetBytes(
        "GET /catalog/shoes?page=2&sort=price HTTP/1.1\r\nHost: shop.example\r\nConnection: keep-alive\r\n"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36\r\n"
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nReferer: https://shop.example/catalog\r\n"
        + "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-US,en;q=0.9\r\nCookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n"
        + "Upgrade-Insecure-Requests: 1\r\n\r\n");

    private readonly byte[] _tool = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();
    private MessageScanner _scanner;

    [Benchmark]
    public int Browser() => Scan(_browser);

    [Benchmark]
    public int Tool() => Scan(_tool);

    private int Scan(byte[] head)
    {
        _scanner.Next();
        return _scanner.Scan(head);
    }
}
