WITH monthly AS (
    SELECT
        customer_id,
        date_trunc('month', ordered_at) AS month,
        SUM(quantity * unit_price) AS revenue
    FROM orders
    JOIN order_lines USING (order_id)
    WHERE status <> 'cancelled'
    GROUP BY customer_id, date_trunc('month', ordered_at)
)
SELECT
    c.name,
    m.month,
    m.revenue,
    m.revenue - LAG(m.revenue) OVER (PARTITION BY m.customer_id ORDER BY m.month) AS change,
    RANK() OVER (PARTITION BY m.month ORDER BY m.revenue DESC) AS place
FROM monthly AS m
JOIN customers AS c ON c.id = m.customer_id
WHERE m.month >= DATE '2024-01-01'
ORDER BY m.month, place
LIMIT 100;
