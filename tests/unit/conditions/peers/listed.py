"""What the segment builders of others offer, by the names they give it; names only, as they stand in their sources.

Mautic: the operators, the relative dates and the filters of ``LeadBundle`` (5.1; in capitals what came later).
Dittofeed: ``SegmentNodeType`` and ``SegmentOperatorType`` in ``isomorphic-lib/src/types.ts``, with their options.
Unomi 3: the conditions of ``plugins/baseplugin`` and the comparison operators of ``PropertyConditionEvaluator``.
"""

from collections.abc import Mapping

MAUTIC = """
    =  !=  gt  gte  lt  lte  empty  !empty  like  !like  between  !between  in  !in  regexp  !regexp  date
    startsWith  endsWith  contains  INCLUDING_ALL  EXCLUDING_ALL  IN_LAST  IN_NEXT  glue and  glue or
    today  tomorrow  yesterday  this week  last week  next week  this month  last month  next month
    this year  last year  next year  anniversary  -7 days  +7 days
    contact field  company field  leadlist  date_added  date_identified  date_modified  last_active  owner_id  points
    campaign  tags  device_type  device_brand  device_os  device_model  dnc_bounced  dnc_unsubscribed  dnc_manual_email
    dnc_bounced_sms  dnc_unsubscribed_sms  dnc_manual_sms  stage  globalcategory
    utm_campaign  utm_content  utm_medium  utm_source  utm_term
    lead_asset_download  lead_email_received  lead_email_sent  lead_email_sent_date  lead_email_read_date
    lead_email_read_count  hit_url  hit_url_date  hit_url_count  email_id  email_clicked_link_date  sms_clicked_link
    sms_clicked_link_date  sessions  referer  url_title  source  source_id  notification  page_id  redirect_id
"""

DITTOFEED = """
    Trait  And  Or  Performed  LastPerformed  Broadcast  SubscriptionGroup  SubscriptionGroupUnsubscribed  Email  Manual
    RandomBucket  KeyedPerformed  Everyone  Includes  NotIncludes
    Within  NotWithin  Equals  NotEquals  HasBeen GTE  HasBeen LT  Exists  NotExists  GreaterThanOrEqual  LessThan
    AbsoluteTimestamp After  AbsoluteTimestamp Before
    Performed times =  Performed times >=  Performed times <  Performed Within  Performed AfterAbsolute
    Performed BeforeAbsolute  Performed properties  LastPerformed whereProperties  LastPerformed hasProperties
    DFInternalMessageSent  DFEmailDropped  DFEmailDelivered  DFEmailOpened  DFEmailClicked  DFEmailBounced
    DFEmailMarkedSpam
"""

UNOMI = """
    equals  notEquals  greaterThan  greaterThanOrEqualTo  lessThan  lessThanOrEqualTo  between  exists  missing
    contains  notContains  startsWith  endsWith  matchesRegex  in  notIn  all  inContains  hasSomeOf  hasNoneOf
    isDay  isNotDay  distance  propertyValueDateExpr
    booleanCondition and  booleanCondition or  notCondition  matchAllCondition  nestedCondition  IdsCondition
    profilePropertyCondition  profileSegmentCondition  profileUserListCondition  profileInterestCondition
    profileAliasesPropertyCondition  scoringCondition  goalMatchCondition  topicPropertyCondition
    pastEventCondition  pastEventCondition eventsOccurred  pastEventCondition eventsNotOccurred
    pastEventCondition numberOfDays  pastEventCondition fromDate  pastEventCondition toDate
    pastEventCondition minimumEventCount  pastEventCondition maximumEventCount
    eventTypeCondition  eventPropertyCondition  sourceEventPropertyCondition  pageViewEventCondition
    formEventCondition  videoViewEventCondition  downloadEventCondition  loginEventCondition
    sessionCreatedEventCondition  profileUpdatedEventCondition  updateProfilePropertiesEventCondition
    modifyConsentEventCondition  modifyAnyConsentEventCondition  modifyConsentsEventCondition
    sessionPropertyCondition  sessionDurationCondition  newVisitorCondition  returningVisitorCondition
    geoLocationSessionCondition  geoLocationByPointSessionCondition circle
    geoLocationByPointSessionCondition rectangle
"""


def _names(text: str) -> tuple[str, ...]:
    """Two spaces or a new line stand between two names."""
    return tuple(name for line in text.splitlines() for name in line.strip().split("  ") if name)


LISTED: Mapping[str, tuple[str, ...]] = {
    "Mautic": _names(MAUTIC),
    "Dittofeed": _names(DITTOFEED),
    "Unomi": _names(UNOMI),
}

LEFT_OUT: Mapping[tuple[str, str], str] = {
    ("Mautic", "sessions"): (
        "Where a visit ends is a guess that nobody can check. "
        "Count what somebody did, or send an event of your own when a visit begins."
    ),
    ("Mautic", "notification"): "There is no push channel, so there is nobody to whom push could be sent.",
    ("Mautic", "dnc_bounced_sms"): (
        "Amazon SNS does not tell Leadwell which phone numbers no longer exist, so nothing could be found by it."
    ),
    ("Unomi", "sessionDurationCondition"): (
        "How long a page stays open says little about a person, and Leadwell keeps no sessions."
    ),
    ("Unomi", "sessionCreatedEventCondition"): (
        "There are no sessions that could begin; `{active: P1D}` finds those who were there."
    ),
    ("Unomi", "IdsCondition"): (
        "Picks profiles by Unomi's own ids, for its own jobs. People you chose by hand belong on a list."
    ),
    ("Unomi", "profileAliasesPropertyCondition"): (
        "Searches Unomi's table of aliases, not its profiles. Here, contacts who turn out to be one are one contact."
    ),
    ("Unomi", "topicPropertyCondition"): "Searches Unomi's table of topics, not its profiles.",
}
"""Why there is nothing of the kind here, for those who look for it."""
