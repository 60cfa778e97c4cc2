using BenchmarkDotNet.Attributes;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode;

/// <summary>Country look-ups of random addresses in real data; the npm packages of tests/package.json have to be installed.</summary>
[MemoryDiagnoser]
public class CountryLookupBenchmarks
{
    private const int Addresses = 1 << 20;
    private readonly ClientKey[] _ipv4 = new ClientKey[Addresses];
    private readonly ClientKey[] _ipv6 = new ClientKey[Addresses];
    private byte[] _file = [];
    private MmdbCountryLookup? _lookup;

    /// <summary>Loads the database and chooses the addresses: IPv4 of the whole range, IPv6 of 2a00::/12, where most European networks are.</summary>
    [GlobalSetup]
    public void Load()
    {
        _file = File.ReadAllBytes(Database());
        _lookup = MmdbCountryLookup.Load(_file);
        var random = new Random(1);
        for (var i = 0; i < Addresses; i++)
        {
            _ipv4[i] = ClientKey.FromIPv4((uint)random.NextInt64(1L << 32));
            _ipv6[i] = new(0x2a00_0000_0000_0000 | (ulong)random.NextInt64(1L << 52), 0);
        }
    }

    [Benchmark(OperationsPerInvoke = Addresses)]
    public int IPv4() => Sum(_ipv4);

    [Benchmark(OperationsPerInvoke = Addresses)]
    public int IPv6() => Sum(_ipv6);

    [Benchmark]
    public MmdbCountryLookup LoadFile() => MmdbCountryLookup.Load(_file);

    private int Sum(ClientKey[] addresses)
    {
        var sum = 0;
        foreach (ref readonly var address in addresses.AsSpan())
        {
            sum += _lookup!.Find(address).Index;
        }

        return sum;
    }

    private static string Database()
    {
        const string path = "tests/node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb";
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, path)))
        {
            directory = directory.Parent;
        }

        return directory is null
            ? throw new FileNotFoundException($"{path} is missing; run: npm install --no-package-lock --no-audit --no-fund --prefix tests")
            : Path.Combine(directory.FullName, path);
    }
}
