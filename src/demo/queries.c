// queries.c - twenty queries as people write them, each slow for a reason of its own.
//
// All run on SQLite and on DuckDB alike. What is slow stands in the comment on top.

#include "demo/demo.h"

static const DemoQuery queries[] = {
    {"01_orders_above_own_average",
     "-- The customer's average is worked out again for every order of the week.\n"
     "SELECT o.id, o.user_id, o.total_cents\n"
     "FROM orders o\n"
     "WHERE o.ordered_on BETWEEN '2024-11-25' AND '2024-12-01'\n"
     "  AND o.total_cents > (SELECT avg(p.total_cents)\n"
     "                       FROM orders p\n"
     "                       WHERE p.user_id = o.user_id)\n"
     "ORDER BY o.total_cents DESC, o.id;\n"},
    {"02_customers_without_orders",
     "-- For each German customer all orders are searched for one that is not there.\n"
     "SELECT u.id, u.name, u.email\n"
     "FROM users u\n"
     "WHERE u.country = 'DE'\n"
     "  AND NOT EXISTS (SELECT 1\n"
     "                  FROM orders o\n"
     "                  WHERE o.user_id = u.id\n"
     "                    AND o.status <> 'cancelled')\n"
     "ORDER BY u.id;\n"},
    {"03_buyers_of_a_category",
     "-- The correlated EXISTS joins two large tables once for every customer.\n"
     "SELECT u.country, count(*) AS buyers\n"
     "FROM users u\n"
     "WHERE u.segment = 'reseller'\n"
     "  AND EXISTS (SELECT 1\n"
     "              FROM orders o\n"
     "              JOIN order_items i ON i.order_id = o.id\n"
     "              JOIN products p ON p.id = i.product_id\n"
     "              WHERE o.user_id = u.id\n"
     "                AND p.category = 'garden')\n"
     "GROUP BY u.country\n"
     "ORDER BY buyers DESC, u.country;\n"},
    {"04_order_counts_per_customer",
     "-- Three correlated counts in the select list: three scans for every customer.\n"
     "SELECT u.id,\n"
     "       u.name,\n"
     "       (SELECT count(*) FROM orders o WHERE o.user_id = u.id) AS orders,\n"
     "       (SELECT sum(o.total_cents) FROM orders o WHERE o.user_id = u.id) AS "
     "spent_cents,\n"
     "       (SELECT count(*) FROM reviews r WHERE r.user_id = u.id) AS reviews\n"
     "FROM users u\n"
     "WHERE u.joined_on >= '2024-12-01'\n"
     "ORDER BY u.id;\n"},
    {"05_latest_order", "-- The latest order of each customer, by asking for the maximum "
                        "again for every order.\n"
                        "SELECT u.name, u.email, o.id, o.ordered_on, o.status\n"
                        "FROM users u\n"
                        "JOIN orders o ON o.user_id = u.id\n"
                        "WHERE o.ordered_on >= '2024-12-01'\n"
                        "  AND o.ordered_on = (SELECT max(latest.ordered_on)\n"
                        "                      FROM orders latest\n"
                        "                      WHERE latest.user_id = o.user_id)\n"
                        "ORDER BY o.ordered_on DESC, o.id;\n"},
    {"06_returning_buyers",
     "-- DISTINCT throws away the many rows that the joins made of each customer.\n"
     "SELECT DISTINCT u.id, u.name, u.city\n"
     "FROM users u\n"
     "JOIN events e ON e.user_id = u.id\n"
     "JOIN orders o ON o.user_id = u.id\n"
     "WHERE u.joined_on >= '2024-10-01'\n"
     "  AND e.kind = 'return'\n"
     "  AND o.status = 'open'\n"
     "ORDER BY u.id;\n"},
    {"07_returns_and_orders",
     "-- HAVING sorts out after grouping what WHERE could have kept from being grouped, "
     "and\n"
     "-- the orders are counted once for every group.\n"
     "SELECT e.user_id,\n"
     "       count(*) AS returns,\n"
     "       (SELECT count(*) FROM orders o WHERE o.user_id = e.user_id) AS orders\n"
     "FROM events e\n"
     "GROUP BY e.user_id, e.kind\n"
     "HAVING e.kind = 'return' AND e.user_id <= 400\n"
     "ORDER BY returns DESC, e.user_id;\n"},
    {"08_dashboard",
     "-- One scan for every number in the row, though all of them look at the same "
     "weeks.\n"
     "SELECT (SELECT count(*) FROM events e WHERE e.happened_at >= '2024-10-01' AND "
     "e.kind = 'view') AS views,\n"
     "       (SELECT count(*) FROM events e WHERE e.happened_at >= '2024-10-01' AND "
     "e.kind = 'search') AS searches,\n"
     "       (SELECT count(*) FROM events e WHERE e.happened_at >= '2024-10-01' AND "
     "e.kind = 'cart') AS carts,\n"
     "       (SELECT count(*) FROM events e WHERE e.happened_at >= '2024-10-01' AND "
     "e.kind = 'wish') AS wishes,\n"
     "       (SELECT count(*) FROM events e WHERE e.happened_at >= '2024-10-01' AND "
     "e.kind = 'buy') AS purchases,\n"
     "       (SELECT count(*) FROM events e WHERE e.happened_at >= '2024-10-01' AND "
     "e.kind = 'buy' AND e.device = 'phone') AS by_phone,\n"
     "       (SELECT count(DISTINCT e.user_id) FROM events e WHERE e.happened_at >= "
     "'2024-10-01' AND e.kind = 'buy') AS buyers,\n"
     "       (SELECT count(*) FROM events e WHERE e.happened_at >= '2024-10-01' AND "
     "e.kind = 'return') AS returns,\n"
     "       (SELECT max(e.happened_at) FROM events e WHERE e.happened_at >= "
     "'2024-10-01' AND e.kind = 'buy') AS latest;\n"},
    {"09_one_day_of_events",
     "-- The function around the column keeps the index on happened_at from being used.\n"
     "SELECT e.kind, e.device, count(*) AS times, count(DISTINCT e.user_id) AS users\n"
     "FROM events e\n"
     "WHERE substr(CAST(e.happened_at AS TEXT), 1, 10) = '2024-05-17'\n"
     "GROUP BY e.kind, e.device\n"
     "ORDER BY times DESC, e.kind, e.device;\n"},
    {"10_bad_reviews_bad_orders",
     "-- The join condition is repeated in each arm of the OR, so nothing sees that it "
     "is one.\n"
     "SELECT r.id, r.rating, o.id AS order_id, o.status\n"
     "FROM reviews r, orders o\n"
     "WHERE r.written_on >= '2024-12-15'\n"
     "  AND ((r.user_id = o.user_id AND r.rating = 1 AND o.status = 'returned')\n"
     "       OR (r.user_id = o.user_id AND r.rating = 2 AND (o.status = 'cancelled' OR "
     "o.status = 'open'))\n"
     "       OR (r.user_id = o.user_id AND r.rating = 3 AND o.channel = 'phone' AND "
     "o.coupon = 'VIP'))\n"
     "ORDER BY r.id, o.id;\n"},
    {"11_customers_of_two_channels", "-- Another order through another channel: every "
                                     "order is compared with all others.\n"
                                     "SELECT o.id, o.user_id, o.channel\n"
                                     "FROM orders o\n"
                                     "WHERE o.ordered_on >= '2024-12-20'\n"
                                     "  AND EXISTS (SELECT 1\n"
                                     "              FROM orders other\n"
                                     "              WHERE other.user_id = o.user_id\n"
                                     "                AND other.channel <> o.channel)\n"
                                     "ORDER BY o.id;\n"},
    {"12_reviewers_or_returners",
     "-- An OR of two EXISTS cannot become a join: both are searched for each customer.\n"
     "SELECT u.id, u.email\n"
     "FROM users u\n"
     "WHERE u.country IN ('NL', 'SE')\n"
     "  AND (EXISTS (SELECT 1 FROM reviews r WHERE r.user_id = u.id AND r.rating = 1)\n"
     "       OR EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id AND o.status = "
     "'returned'))\n"
     "ORDER BY u.id;\n"},
    {"13_products_without_large_sales",
     "-- Counts every sale of each product only to see whether there is one.\n"
     "SELECT p.id, p.name, p.price_cents\n"
     "FROM products p\n"
     "WHERE p.category = 'garden'\n"
     "  AND (SELECT count(*)\n"
     "       FROM order_items i\n"
     "       WHERE i.product_id = p.id\n"
     "         AND i.quantity >= 4\n"
     "         AND i.price_cents > 40000) = 0\n"
     "ORDER BY p.id;\n"},
    {"14_month_against_month",
     "-- Two uses of one CTE that adds up three years, though each use wants a single "
     "month.\n"
     "WITH monthly AS (\n"
     "    SELECT i.product_id,\n"
     "           substr(CAST(o.ordered_on AS TEXT), 1, 7) AS month,\n"
     "           sum(i.quantity) AS pieces,\n"
     "           sum(i.quantity * i.price_cents) AS cents\n"
     "    FROM orders o\n"
     "    JOIN order_items i ON i.order_id = o.id\n"
     "    GROUP BY i.product_id, substr(CAST(o.ordered_on AS TEXT), 1, 7)\n"
     ")\n"
     "SELECT this.product_id, last.cents AS november_cents, this.cents AS "
     "december_cents\n"
     "FROM monthly this\n"
     "JOIN monthly last ON last.product_id = this.product_id\n"
     "WHERE this.month = '2024-12'\n"
     "  AND last.month = '2024-11'\n"
     "  AND this.cents > last.cents\n"
     "ORDER BY this.cents - last.cents DESC, this.product_id;\n"},
    {"15_activity_by_kind",
     "-- The union is made in full, with every kind of event, for two kinds of rows.\n"
     "WITH activity AS (\n"
     "    SELECT o.user_id, 'order' AS what, count(*) AS times FROM orders o GROUP BY "
     "o.user_id\n"
     "    UNION ALL\n"
     "    SELECT r.user_id, 'review', count(*) FROM reviews r GROUP BY r.user_id\n"
     "    UNION ALL\n"
     "    SELECT e.user_id, e.kind, count(*) FROM events e GROUP BY e.user_id, e.kind\n"
     ")\n"
     "SELECT a.user_id, a.times AS orders, b.times AS reviews\n"
     "FROM activity a\n"
     "JOIN activity b ON b.user_id = a.user_id\n"
     "WHERE a.what = 'order'\n"
     "  AND b.what = 'review'\n"
     "  AND b.times > a.times\n"
     "ORDER BY a.user_id;\n"},
    {"16_new_customers",
     "-- All orders and all events are grouped, to look up a few new customers in the "
     "groups.\n"
     "SELECT u.id, u.name, t.orders, t.cents, v.views\n"
     "FROM users u\n"
     "JOIN (SELECT o.user_id, count(*) AS orders, sum(o.total_cents) AS cents\n"
     "      FROM orders o\n"
     "      GROUP BY o.user_id) t ON t.user_id = u.id\n"
     "JOIN (SELECT e.user_id, count(*) AS views, count(DISTINCT e.product_id) AS "
     "products\n"
     "      FROM events e\n"
     "      GROUP BY e.user_id) v ON v.user_id = u.id\n"
     "WHERE u.joined_on >= '2024-12-15'\n"
     "  AND u.country = 'DE'\n"
     "ORDER BY u.id;\n"},
    {"17_below_product_average",
     "-- Reviews worse than the average of their product, the average taken per review.\n"
     "SELECT r.id, p.name, r.rating\n"
     "FROM reviews r\n"
     "JOIN products p ON p.id = r.product_id\n"
     "WHERE r.written_on >= '2024-12-01'\n"
     "  AND r.rating < (SELECT avg(r2.rating) FROM reviews r2 WHERE r2.product_id = "
     "r.product_id)\n"
     "ORDER BY r.id;\n"},
    {"18_not_bought_lately",
     "-- NOT IN with a list that is correlated, and so made again for each product.\n"
     "SELECT p.id, p.name\n"
     "FROM products p\n"
     "WHERE p.category = 'garden'\n"
     "  AND p.id NOT IN (SELECT i.product_id\n"
     "                   FROM order_items i\n"
     "                   JOIN orders o ON o.id = i.order_id\n"
     "                   WHERE i.product_id = p.id\n"
     "                     AND i.quantity > 2\n"
     "                     AND o.ordered_on >= '2024-09-01')\n"
     "ORDER BY p.id;\n"},
    {"19_orders_and_events", "-- Two LEFT JOINs multiply orders by events, and DISTINCT "
                             "counts them apart again.\n"
                             "SELECT u.id, u.name, count(DISTINCT o.id) AS orders, "
                             "count(DISTINCT e.id) AS events\n"
                             "FROM users u\n"
                             "LEFT JOIN orders o ON o.user_id = u.id\n"
                             "LEFT JOIN events e ON e.user_id = u.id\n"
                             "WHERE u.country = 'PL'\n"
                             "GROUP BY u.id, u.name\n"
                             "ORDER BY u.id;\n"},
    {"20_price_rank",
     "-- The rank of a product within its category, by counting the dearer ones.\n"
     "SELECT p.id,\n"
     "       p.category,\n"
     "       p.price_cents,\n"
     "       (SELECT count(*)\n"
     "        FROM products q\n"
     "        WHERE q.category = p.category\n"
     "          AND q.price_cents > p.price_cents) + 1 AS place\n"
     "FROM products p\n"
     "ORDER BY p.category, place, p.id;\n"},
};

const DemoQuery *demo_queries(size_t *count)
{
    *count = COUNT_OF(queries);
    return queries;
}
