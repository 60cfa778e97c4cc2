using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Geo;
using Qrator.FilterNode.Lists;
using Qrator.FilterNode.UserRules.Parsing;

namespace Qrator.FilterNode.Configuration;

/// <summary>Checks one service.</summary>
internal static class ServiceValidator
{
    public static void Validate(string path, string name, ServiceConfig service, bool hasCountries, ConfigErrors errors)
    {
        if (!RuleName.IsValid(name))
        {
            errors.Add(path, $"\"{name}\" is not a service name; {RuleName.Rule}");
        }

        foreach (var origin in service.Origins.GroupBy(origin => origin.ToString()).Where(group => group.Count() > 1))
        {
            errors.Add($"{path}:Origins", $"{origin.Key} stands there {origin.Count()} times; once is enough");
        }

        foreach (var subnet in service.Blacklist)
        {
            ValidateSubnet($"{path}:Blacklist", subnet, errors);
        }

        if (service.Maintenance is { Page: not null, RedirectTo: not null })
        {
            errors.Add($"{path}:Maintenance", "both Page and RedirectTo are given; one of them");
        }

        HeaderFilterValidator.Validate($"{path}:HeaderFilter", service.HeaderFilter, errors);
        if (service.GeoFilter is { Enabled: true } && !hasCountries)
        {
            errors.Add($"{path}:GeoFilter", "needs a country database; set FilterNode:GeoIp:Database");
        }

        UserRulesParser.Parse(service.UserRules, $"{path}:UserRules", hasCountries, Iso3166.IsConfigurable, errors);
    }

    private static void ValidateSubnet(string path, NetworkPrefix subnet, ConfigErrors errors)
    {
        var widest = subnet.Address.IsIPv4 ? ListRules.WidestIPv4 : ListRules.WidestIPv6;
        if (subnet.Length < widest)
        {
            errors.Add(path, $"{subnet} is too wide; /{widest} or longer");
        }
    }
}
