using System.Net;
using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Geo;

/// <summary>Records of both shapes and look-ups by text.</summary>
internal static class MmdbRecords
{
    public static object Flat(string code) => new (object, object)[] { ("country_code", code) };

    public static object Nested(string code) => new (object, object)[]
    {
        ("continent", new (object, object)[] { ("code", "EU"), ("geoname_id", 6_255_148u) }),
        ("country", new (object, object)[] { ("names", new (object, object)[] { ("en", "Some"), ("de", "Ein") }), ("iso_code", code) }),
        ("registered_country", new (object, object)[] { ("iso_code", "ZZ") }),
    };

    public static string Country(this ICountryLookup lookup, string address) =>
        lookup.Find(ClientKey.FromAddress(IPAddress.Parse(address))).ToString();

    /// <summary>What a look-up of 192.0.2.1 gives when 192.0.2.0/24 has the record and 198.51.100.0/24 is DE.</summary>
    public static string CountryOf(object record) =>
        MmdbCountryLookup.Load(new MmdbWriter().Add("198.51.100.0/24", Flat("DE")).Add("192.0.2.0/24", record).Build()).Country("192.0.2.1");
}
