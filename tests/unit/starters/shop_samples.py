"""Who is in and who is out: segments about looking and buying."""

from tests.unit.starters.people import Sample, did, known, often

_PHONE = {"userAgent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"}
_DESK = {"userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"}

SAMPLES = {
    "known-contacts": Sample(
        at="03-02 12:00",
        inside=[did("03-02 10:00", "Page Viewed"), known("03-02 11:00")],
        outside=[did("03-02 10:00", "Page Viewed"), known("03-02 11:00", email="", firstName="Ann")],
    ),
    "hot-leads": Sample(
        at="03-02 12:00",
        # 20 for signing up stay; 40 for four carts are 30 after 30 days × log2(4 / 3).
        inside=[did("03-02 10:00", "Signed Up"), *(did("03-02 12:00", "Product Added", cart_id=n) for n in range(4))],
        outside=[did("03-02 10:00", "Signed Up"), *(did("03-02 12:00", "Product Added", cart_id=n) for n in range(2))],
        ends="03-14 22:49:37.199",
    ),
    "cart-abandoners": Sample(
        at="03-04 12:00",
        # An old order does not hide a new cart.
        inside=[did("03-01 09:00", "Order Completed", total=40), did("03-02 10:00", "Product Added", cart_id="c2")],
        outside=[did("03-02 10:00", "Product Added", cart_id="c2"), did("03-02 10:20", "Order Completed", total=40)],
        ends="03-09 10:00",
    ),
    "browse-abandoners": Sample(
        at="03-05 12:00",
        inside=[
            did("03-02 10:00", "Product List Viewed", category="lamps"),
            did("03-03 10:00", "Product Viewed", category="lamps", product_id="p1"),
            did("03-04 10:00", "Product Viewed", category="lamps", product_id="p2"),
        ],
        # As many views, but everywhere a bit.
        outside=[
            did("03-02 10:00", "Product List Viewed", category="lamps"),
            did("03-03 10:00", "Product Viewed", category="sofas", product_id="p1"),
            did("03-04 10:00", "Product Viewed", category="rugs", product_id="p2"),
        ],
        ends="03-09 10:00",
    ),
    "sofa-interest": Sample(
        at="03-05 12:00",
        inside=often(3, "03-02 10:00", "Product Viewed", category="sofas"),
        outside=often(3, "03-02 10:00", "Product Viewed", category="lamps"),
        ends="03-09 10:00",
    ),
    "category-interest": Sample(
        at="03-02 12:00",
        # 1 + 3 + 2 = 6 fall below 5 after 30 days × log2(6 / 5).
        inside=[
            did("03-02 10:00", "Product Viewed", category="lamps"),
            did("03-02 10:00", "Product Added", category="lamps"),
            did("03-02 10:00", "Product Added to Wishlist", category="lamps"),
        ],
        outside=[
            did("03-02 10:00", "Product Viewed", category="lamps"),
            did("03-02 10:00", "Product Added", category="lamps"),
        ],
        ends="03-10 07:23:05.180",
    ),
    "one-time-buyers": Sample(
        at="05-02 12:00",
        inside=[did("03-02 10:00", "Order Completed", total=120)],
        outside=[did("03-02 10:00", "Order Completed", total=120), did("03-09 10:00", "Order Completed", total=30)],
        begins="04-01 10:00",
    ),
    "repeat-buyers": Sample(
        at="05-02 12:00",
        inside=[did("03-02 10:00", "Order Completed", total=120), did("03-09 10:00", "Order Completed", total=30)],
        outside=[
            did("2025-03-02 10:00", "Order Completed", total=120),
            did("03-09 10:00", "Order Completed", total=30),
        ],
        ends="2027-03-02 10:00",
    ),
    "big-spenders": Sample(
        at="03-20 12:00",
        inside=[did("03-02 10:00", "Order Completed", total=320), did("03-09 10:00", "Order Completed", total=180)],
        outside=[did("03-02 10:00", "Order Completed", total=320), did("03-09 10:00", "Order Completed", total=179.99)],
        ends="05-31 10:00",
    ),
    "vip": Sample(
        at="06-01 12:00",
        inside=[
            did("01-02 10:00", "Order Completed", total=700),
            did("03-02 10:00", "Order Completed", total=200),
            did("05-02 10:00", "Order Completed", total=100),
        ],
        # As much money, but only twice.
        outside=[did("01-02 10:00", "Order Completed", total=800), did("05-02 10:00", "Order Completed", total=200)],
        ends="2027-01-02 10:00",
    ),
    "bargain-hunters": Sample(
        at="05-01 12:00",
        inside=[
            did("01-02 10:00", "Order Completed", total=80),
            did("02-02 10:00", "Order Completed", total=90, coupon="SPRING10"),
            did("04-02 10:00", "Order Completed", total=60, coupon="EASTER15"),
        ],
        outside=[
            did("01-02 10:00", "Order Completed", total=80),
            did("02-02 10:00", "Order Completed", total=90, coupon="SPRING10"),
            did("03-02 10:00", "Order Completed", total=90, coupon=""),
            did("04-02 10:00", "Order Completed", total=60, coupon="EASTER15"),
        ],
        ends="2027-02-02 10:00",
    ),
    "at-risk-customers": Sample(
        at="07-01 12:00",
        # Sent something back in June, and by July the last order is four months old.
        inside=[did("03-02 10:00", "Order Completed", total=80), did("06-01 10:00", "Order Refunded", total=80)],
        outside=[did("03-02 10:00", "Order Completed", total=80)],
        begins="06-30 10:00",
        ends="08-30 10:00",
    ),
    "sleepers": Sample(
        at="07-01 12:00",
        inside=[known("03-02 09:00"), did("03-02 10:00", "Page Viewed")],
        outside=[known("03-02 09:00"), did("03-02 10:00", "Page Viewed"), did("06-15 08:00", "Email Link Clicked")],
        begins="05-31 10:00",
    ),
    "new-this-month": Sample(
        at="03-20 12:00",
        inside=[known("03-02 10:00")],
        # The visitor of February only said in March who they are.
        outside=[did("02-20 10:00", "Page Viewed"), known("03-02 10:00")],
        # Midnight in Berlin, where the clocks went forward on Sunday.
        ends="03-31 22:00",
    ),
    "returning-visitors": Sample(
        at="03-12 12:00",
        inside=[did("03-02 10:00", "Page Viewed"), did("03-11 10:00", "Page Viewed")],
        outside=[did("03-08 10:00", "Page Viewed"), did("03-11 10:00", "Page Viewed")],
        ends="03-18 10:00",
    ),
    "birthday-this-week": Sample(
        # A Wednesday; the birthday is the Sunday after it.
        at="03-04 12:00",
        inside=[known("02-02 10:00", birthday="1990-03-08")],
        outside=[known("02-02 10:00", birthday="1990-03-09")],
        begins="03-01 23:00",
        ends="03-08 23:00",
    ),
    "german-speaking": Sample(
        at="03-02 12:00",
        inside=[known("03-02 10:00", locale="de-AT", country="IT")],
        outside=[known("03-02 10:00", locale="en-GB", country="DE")],
    ),
    "near-the-alps": Sample(
        at="03-02 12:00",
        # Munich and Frankfurt.
        inside=[known("03-02 10:00", latitude=48.137, longitude=11.575)],
        outside=[known("03-02 10:00", latitude=50.110, longitude=8.682, city="Frankfurt am Main")],
    ),
    "near-the-north-sea": Sample(
        at="03-02 12:00",
        inside=[known("03-02 10:00", address={"city": "Husum", "country": "DE"})],
        # Kiel lies on the other sea.
        outside=[known("03-02 10:00", latitude=54.323, longitude=10.123, address={"city": "Kiel"})],
    ),
    "mobile-users": Sample(
        at="03-20 12:00",
        inside=[did("03-02 10:00", "Page Viewed", _PHONE), did("03-10 10:00", "Page Viewed", _DESK)],
        outside=[did("03-02 10:00", "Page Viewed", _DESK), did("03-10 10:00", "Page Viewed", _DESK)],
        ends="04-01 10:00",
    ),
    "came-by-ad": Sample(
        at="03-20 12:00",
        inside=[
            did("03-02 10:00", "Page Viewed", {"campaign": {"source": "search", "medium": "cpc", "name": "spring"}}),
            did("03-09 10:00", "Page Viewed", {"campaign": {"source": "newsletter", "medium": "email"}}),
        ],
        # The ad came later: the newsletter had brought them already.
        outside=[
            did("03-02 10:00", "Page Viewed", {"campaign": {"source": "newsletter", "medium": "email"}}),
            did("03-09 10:00", "Page Viewed", {"campaign": {"source": "search", "medium": "cpc"}}),
        ],
    ),
}
