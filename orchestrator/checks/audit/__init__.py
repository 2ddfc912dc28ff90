"""What auditors ask: rates with every id behind them, and one sheet held against another."""
