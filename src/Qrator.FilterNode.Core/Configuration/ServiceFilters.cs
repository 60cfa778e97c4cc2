using Qrator.FilterNode.Geo;
using Qrator.FilterNode.HeaderRules;
using Qrator.FilterNode.Offences;
using Qrator.FilterNode.UserRules;

namespace Qrator.FilterNode.Configuration;

/// <summary>The filters of a service, compiled.</summary>
internal sealed record ServiceFilters(HeaderRuleSetSnapshot HeaderRules, GeoFilterSnapshot? Geo, UserRuleSetSnapshot UserRules, OffenceFilterSnapshot? Offences);
