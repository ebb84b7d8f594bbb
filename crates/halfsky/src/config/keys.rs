//! Every key of the configuration, in the order `halfsky config` lists them.

/// One key of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    pub name: &'static str,
    pub default: &'static str,
    /// What it does, for people.
    pub explanation: &'static str,
    /// Its value may hold a password and is never shown.
    pub secret: bool,
}

/// Every key there is.
pub(crate) const KEYS: &[Key] = &[
    Key {
        name: "dir",
        default: "./halfsky-data",
        explanation: "数据目录：内置数据库和原文件都在这里；使用PostgreSQL时只存原文件",
        secret: false,
    },
    Key {
        name: "database",
        default: "",
        explanation: "PostgreSQL地址（postgres://用户:密码@主机/库名）；留空则使用数据目录中的内置数据库",
        secret: true,
    },
    Key {
        name: "listen",
        default: "127.0.0.1:8642",
        explanation: "网页服务的监听地址；本机以外的地址须配置 tls_cert 和 tls_key，或经反向代理访问",
        secret: false,
    },
    Key {
        name: "tls_cert",
        default: "",
        explanation: "TLS证书文件（PEM，含中间证书）；与 tls_key 一起写时直接提供https，换证书后发 SIGHUP 信号即可生效",
        secret: false,
    },
    Key { name: "tls_key", default: "", explanation: "TLS私钥文件（PEM）", secret: false },
    Key {
        name: "insecure_http",
        default: "false",
        explanation: "true表示允许在本机以外的地址上用不加密的http（例如反向代理在另一台机器、两者之间是专用网段）；密码和数据会明文经过网络，一般不要设",
        secret: false,
    },
    Key {
        name: "portal",
        default: "closed",
        explanation: "公开门户（/public，不需登录）：open（开放）或closed（关闭）；只含已公布的数据和报告，隐去小样本",
        secret: false,
    },
    Key {
        name: "hosts",
        default: "",
        explanation: "允许用来访问的主机名，多个用逗号分开（如 halfsky.example.cn）；本机名总是允许",
        secret: false,
    },
    Key {
        name: "trusted_proxies",
        default: "",
        explanation: "反向代理的IP地址，多个用逗号分开；只有它们转告的来访地址和加密方式（X-Forwarded-For、X-Forwarded-Proto）才被采信",
        secret: false,
    },
    Key {
        name: "secret_file",
        default: "",
        explanation: "密钥文件，用来加密联系方式等个人信息；留空则为数据目录中的 secret.key。请与备份分开保管",
        secret: false,
    },
    Key {
        name: "session_idle_minutes",
        default: "15",
        explanation: "登录后多少分钟没有操作自动退出",
        secret: false,
    },
    Key {
        name: "session_hours",
        default: "24",
        explanation: "登录后最多多少小时必须重新登录",
        secret: false,
    },
    Key {
        name: "oidc_issuer",
        default: "",
        explanation: "统一身份认证（OpenID Connect）的地址，如 https://id.example.cn；留空则不启用单点登录",
        secret: false,
    },
    Key {
        name: "oidc_client_id",
        default: "",
        explanation: "在统一身份认证系统登记的应用标识；回调地址登记为 https://本站地址/login/single-sign-on/back",
        secret: false,
    },
    Key {
        name: "oidc_client_secret",
        default: "",
        explanation: "在统一身份认证系统登记的应用密钥",
        secret: true,
    },
    Key {
        name: "oidc_label",
        default: "用统一身份认证登录",
        explanation: "登录页上单点登录按钮的文字",
        secret: false,
    },
    Key {
        name: "backup_dir",
        default: "",
        explanation: "备份文件的目录；留空则为数据目录中的 backups。最好在另一块磁盘上",
        secret: false,
    },
    Key {
        name: "backup_hour",
        default: "2",
        explanation: "每日自动备份的钟点（0到23，北京时间）；写 never 则不自动备份",
        secret: false,
    },
    Key {
        name: "backup_keep",
        default: "14",
        explanation: "保留最近多少份备份，更早的自动删除",
        secret: false,
    },
    Key {
        name: "backup_recipient",
        default: "",
        explanation: "用这个age公钥（age1开头，由 age-keygen 生成）加密自动备份；私钥不要放在本机",
        secret: false,
    },
    Key {
        name: "backup_passphrase_file",
        default: "",
        explanation: "用这个文件里的口令（至少12个字）加密自动备份；与 backup_recipient 只写一个",
        secret: false,
    },
    Key {
        name: "anchor_dir",
        default: "",
        explanation: "每日审计锚定另存一份的目录，应在本机管理员改不到的地方（如只追加的共享目录）；留空则只存数据库",
        secret: false,
    },
    Key {
        name: "smtp_host",
        default: "",
        explanation: "邮件（SMTP）服务器；留空则不发邮件，只有站内消息",
        secret: false,
    },
    Key {
        name: "smtp_port", default: "587", explanation: "邮件服务器的端口", secret: false
    },
    Key {
        name: "smtp_encryption",
        default: "starttls",
        explanation: "与邮件服务器的连接怎样加密：starttls（587端口）、tls（465端口）或none（只允许本机）",
        secret: false,
    },
    Key {
        name: "smtp_user",
        default: "",
        explanation: "邮件服务器的用户名；不需要登录则留空",
        secret: false,
    },
    Key {
        name: "smtp_password",
        default: "",
        explanation: "邮件服务器的密码；建议用环境变量 HALFSKY_SMTP_PASSWORD 给出",
        secret: true,
    },
    Key {
        name: "smtp_from",
        default: "",
        explanation: "发件邮箱，如 halfsky@example.cn",
        secret: false,
    },
    Key {
        name: "metrics_listen",
        default: "",
        explanation: "运行指标（Prometheus）的监听地址，如 127.0.0.1:9642；留空则不提供。不加密、不验证身份，不要对外开放",
        secret: false,
    },
    Key {
        name: "shutdown_seconds",
        default: "20",
        explanation: "停止时最多等待正在处理的请求多少秒",
        secret: false,
    },
    Key {
        name: "log",
        default: "info",
        explanation: "日志详细程度：error、warn、info、debug或trace，也可按模块写",
        secret: false,
    },
    Key {
        name: "log_format",
        default: "text",
        explanation: "日志格式：text（供人看）或json（供日志系统收集）",
        secret: false,
    },
];
